import { runMigrations } from 'graphile-worker';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from './database.ts';
import type { Answer, Gateway } from './gateway.ts';
import type { Person, World } from './world.ts';

/** What a sender is told. */
export interface SendAnswer {
  readonly sendNotification: {
    readonly notification: {
      readonly id: string;
      readonly status: string;
      readonly suppressedBecause: string | null;
      readonly subject: string | null;
      readonly body: string;
      readonly deferredUntil: string | null;
    } | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}

interface SendOptions {
  readonly userId: string;
  readonly templateId: string;
  readonly key: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** People and templates for tests of notifications, over the tables of jobs. */
export async function openNotifications(world: World) {
  await runMigrations({ connectionString: world.database.primaryUrl });
  const [admin, service] = [await world.somebody('ADMIN'), await world.somebody('SERVICE')];
  let count = 0;

  return {
    admin,
    service,

    /** Somebody with an address on every channel. */
    async receiver(): Promise<Person> {
      const person = await world.somebody();
      await person.query(
        'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }',
        { input: { email: `${person.username}@example.com`, phone: '+41791234567' } },
      );
      return person;
    },

    /** Saves a template; resolves to its id. */
    async template(values: Readonly<Record<string, unknown>> = {}): Promise<string> {
      count += 1;
      const channel = values['channel'] ?? 'EMAIL';
      const { data, errors } = await admin.query<{
        saveNotificationTemplate: { template: { id: string } | null; userErrors: unknown };
      }>(
        `mutation ($input: SaveNotificationTemplateInput!) {
          saveNotificationTemplate(input: $input) { template { id } userErrors { code field } }
        }`,
        {
          input: {
            name: `Template ${count}`,
            channel,
            category: 'TRANSACTIONAL',
            subject: channel === 'EMAIL' ? 'Hello' : null,
            body: 'Hello there',
            ...values,
          },
        },
      );
      const id = data?.saveNotificationTemplate.template?.id;
      if (id === undefined) throw new Error(`no template: ${JSON.stringify([data, errors])}`);
      return id;
    },

    /** As the service, through any gateway. */
    send: (
      { userId, templateId, key, variables = {} }: SendOptions,
      gateway: Gateway = world.gateway,
    ): Promise<Answer<SendAnswer>> =>
      gateway.query<SendAnswer>(
        `mutation ($input: SendNotificationInput!) {
          sendNotification(input: $input) {
            notification { id status suppressedBecause subject body deferredUntil }
            userErrors { code message field }
          }
        }`,
        {
          variables: { input: { userId, templateId, variables, idempotencyKey: key } },
          token: service.token,
        },
      ),

    update: (person: Person, input: Readonly<Record<string, unknown>>, gateway: Gateway = world.gateway) =>
      gateway.query<{ updatePreferences: unknown }>(
        `mutation ($input: UpdatePreferencesInput!) {
          updatePreferences(input: $input) {
            preferences { email sms push promotional quietHours { start end timeZone } }
            userErrors { code field }
          }
        }`,
        { variables: { input }, token: person.token },
      ),

    /** The jobs that wait, of these notifications alone: what a worker would get, and when. */
    jobs: async (
      ids: readonly string[],
    ): Promise<readonly { readonly task: string; readonly key: string; readonly runAt: Date }[]> =>
      onServer(
        world.database.primaryUrl,
        `SELECT task_identifier AS task, key, run_at AS "runAt" FROM graphile_worker.jobs WHERE key = ANY($1)`,
        [ids.map((id) => `notification:${id}`)],
      ),

    /** What Postgres has of a user, by statement. */
    count: async (userId: string, condition = 'true'): Promise<number> => {
      const [row] = await onServer<{ count: number }>(
        world.database.primaryUrl,
        `SELECT count(*)::integer AS count FROM notifications WHERE user_id = $1 AND ${condition}`,
        [keyOf(userId)],
      );
      return row?.count ?? 0;
    },
  };
}

export type Notifications = Awaited<ReturnType<typeof openNotifications>>;

/** The database's key behind a global id. */
export const keyOf = (globalId: string): string =>
  Buffer.from(globalId, 'base64url').toString().split(':').at(-1) ?? '';

export const notificationId = (key: string): string => toGlobalId('Notification', key);
