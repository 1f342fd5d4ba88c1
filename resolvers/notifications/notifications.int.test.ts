import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../../src/testing/database.ts';
import {
  keyOf,
  notificationId,
  openNotifications,
  type Notifications,
} from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let notifications: Notifications;
beforeAll(async () => {
  world = await createWorld();
  notifications = await openNotifications(world);
});
afterAll(() => world.close());

const everything = { email: true, sms: true, push: true, promotional: true, quietHours: null };

describe('preferences', () => {
  const look = async (who: Person) =>
    (
      await who.query<{ viewer: { preferences: unknown } }>(
        '{ viewer { preferences { email sms push promotional quietHours { start end timeZone } } } }',
      )
    ).data?.viewer.preferences;

  it('allow everything to begin with', async () => {
    expect(await look(await world.somebody())).toEqual(everything);
  });

  it('change where they are named and keep the rest; null takes quiet hours away', async () => {
    const me = await world.somebody();
    const quietHours = { start: '22:30', end: '06:15:30', timeZone: 'Europe/Zurich' };
    const { data } = await notifications.update(me, { sms: false, quietHours });
    expect(data?.updatePreferences).toEqual({
      preferences: { ...everything, sms: false, quietHours },
      userErrors: [],
    });
    await notifications.update(me, { promotional: false });
    expect(await look(me)).toEqual({ ...everything, sms: false, promotional: false, quietHours });
    await notifications.update(me, { quietHours: null, sms: true });
    expect(await look(me)).toEqual({ ...everything, promotional: false });
  });

  it('refuse quiet hours without length, and times and zones that there are not', async () => {
    const me = await world.somebody();
    const set = (start: string, end: string, timeZone = 'Europe/Zurich') =>
      notifications.update(me, { email: false, quietHours: { start, end, timeZone } });
    expect((await set('07:00', '07:00:00')).data?.updatePreferences).toEqual({
      preferences: null,
      userErrors: [{ code: 'INVALID_QUIET_HOURS', field: ['input', 'quietHours'] }],
    });
    for (const [start, end, zone] of [
      ['24:00', '07:00', 'Europe/Zurich'],
      ['22:00', '07:00', 'Europe/Atlantis'],
    ] as const)
      expect((await set(start, end, zone)).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await look(me)).toEqual(everything);
  });

  it('are shown as changed through every gateway at once', async () => {
    const [me, other] = [await world.somebody(), await world.anotherGateway()];
    const seen = async () =>
      (
        await other.query<{ viewer: { preferences: { push: boolean } } }>(
          '{ viewer { preferences { push } } }',
          { token: me.token },
        )
      ).data?.viewer.preferences.push;
    for (const push of [true, false, true, false]) {
      await notifications.update(me, { push });
      expect(await seen()).toBe(push);
    }
  });
});

describe('templates', () => {
  const save = async (input: Readonly<Record<string, unknown>>) =>
    (
      await notifications.admin.query<{
        saveNotificationTemplate: { template: unknown; userErrors: readonly { code: string }[] };
      }>(
        `mutation ($input: SaveNotificationTemplateInput!) {
          saveNotificationTemplate(input: $input) {
            template { name channel category subject body variables } userErrors { code field }
          }
        }`,
        { input },
      )
    ).data?.saveNotificationTemplate;
  const mail = {
    name: 'Welcome',
    channel: 'EMAIL',
    category: 'TRANSACTIONAL',
    subject: 'Welcome, {{name}}',
    body: '<p>{{name}}, here is {{what}}</p>',
  };

  it('tell their variables, and change for everybody at once', async () => {
    expect(await save(mail)).toEqual({
      template: { ...mail, variables: ['name', 'what'] },
      userErrors: [],
    });
    const id = await notifications.template({ body: 'old' });
    const read = async () =>
      (
        await notifications.service.query<{ notificationTemplate: { body: string } }>(
          'query ($id: ID!) { notificationTemplate(id: $id) { body } }',
          { id },
        )
      ).data?.notificationTemplate.body;
    expect(await read()).toBe('old');
    await save({ ...mail, id, name: 'Changed', body: 'new' });
    expect(await read()).toBe('new');
  });

  it.each([
    ['a name that is taken', { name: 'Welcome' }, 'TEMPLATE_NAME_TAKEN'],
    ['no name', { name: ' ' }, 'INVALID_LENGTH'],
    ['an e-mail without a subject', { subject: null }, 'INVALID_LENGTH'],
    ['a line break in the subject', { subject: 'a\r\nBcc: b@example.com' }, 'INVALID_TEMPLATE'],
    ['a malformed subject', { subject: '{{name' }, 'INVALID_TEMPLATE'],
    ['a malformed body', { body: 'Hello {{ }}' }, 'INVALID_TEMPLATE'],
    ['an empty body', { body: '' }, 'INVALID_LENGTH'],
    ['a text message with a subject', { channel: 'SMS' }, 'INVALID_TEMPLATE'],
    ['a long text message', { channel: 'SMS', subject: null, body: 'x'.repeat(1_001) }, 'INVALID_LENGTH'],
  ])('are refused: %s', async (_, change, code) => {
    const input = { ...mail, name: 'Refused', ...change };
    expect(await save(input)).toMatchObject({ template: null, userErrors: [{ code }] });
  });

  it('are shown to admins and services, saved by admins, and not found by others', async () => {
    const id = await notifications.template();
    const me = await world.somebody();
    const codes = async (who: Person, document: string, variables: Readonly<Record<string, unknown>>) =>
      (await who.query(document, variables)).errors.map(({ extensions }) => extensions.code);
    const find = 'query ($id: ID!) { node(id: $id) { id ... on NotificationTemplate { name } } }';
    expect(await codes(notifications.service, find, { id })).toEqual([]);
    expect(await codes(me, find, { id })).toEqual(['NOT_FOUND']);
    expect(await codes(me, 'query ($id: ID!) { notificationTemplate(id: $id) { id } }', { id })).toEqual([
      'FORBIDDEN',
    ]);
    const saving = `mutation ($input: SaveNotificationTemplateInput!) {
      saveNotificationTemplate(input: $input) { userErrors { code } } }`;
    expect(await codes(notifications.service, saving, { input: mail })).toEqual(['FORBIDDEN']);
    expect(
      await codes(notifications.admin, saving, {
        input: { ...mail, name: 'x', id: toGlobalId('NotificationTemplate', '999999') },
      }),
    ).toEqual(['NOT_FOUND']);
  });
});

describe('the notification centre', () => {
  interface Page {
    readonly nodes: readonly { readonly id: string; readonly body: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  }
  const page = async (who: Person, first: number, after?: string) => {
    const { data } = await who.query<{ viewer: { notifications: Page } }>(
      `query ($first: Int, $after: Cursor) { viewer { notifications(first: $first, after: $after) {
        nodes { id body } pageInfo { hasNextPage endCursor } } } }`,
      { first, after },
    );
    return data?.viewer.notifications;
  };
  const unread = async (who: Person) =>
    (
      await who.query<{ viewer: { unreadNotificationCount: number } }>(
        '{ viewer { unreadNotificationCount } }',
      )
    ).data?.viewer.unreadNotificationCount;

  /** Past the gateway; resolves to their bodies, newest first. */
  async function fill(who: Person, count: number): Promise<readonly string[]> {
    await onServer(
      world.database.primaryUrl,
      `INSERT INTO notifications (user_id, idempotency_key, channel, category, status, suppressed_because, body)
       SELECT $1, n::text, 'PUSH', 'TRANSACTIONAL', CASE WHEN n % 4 = 0 THEN 'SUPPRESSED' ELSE 'SENT' END,
         CASE WHEN n % 4 = 0 THEN 'CHANNEL_OFF' END, n::text FROM generate_series(1, $2::integer) AS n`,
      [keyOf(who.id), count],
    );
    await world.database.replicated();
    const shown = Array.from({ length: count }, (_, index) => index + 1).filter((n) => n % 4 !== 0);
    return shown.map(String).toReversed();
  }

  it.each([1, 7, 10, 20, 33, 100])(
    'is paged by %i from the cache into Postgres without a seam',
    async (first) => {
      const me = await world.somebody();
      const all = await fill(me, 80);
      const seen: string[] = [];
      for (let after: string | undefined, isMore = true; isMore;) {
        const next = await page(me, first, after);
        seen.push(...(next?.nodes.map(({ body }) => body) ?? []));
        after = next?.pageInfo.endCursor;
        isMore = next?.pageInfo.hasNextPage ?? false;
      }
      expect(seen).toEqual(all);
    },
  );

  it('has no more where there are exactly twenty, and nothing where there are none', async () => {
    const [me, nobody] = [await world.somebody(), await world.somebody()];
    await fill(me, 26);
    expect((await page(me, 20))?.nodes).toHaveLength(20);
    expect((await page(me, 20))?.pageInfo.hasNextPage).toBe(false);
    expect(await page(nobody, 20)).toEqual({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('shows a new one at once, and counts it as unread', async () => {
    const me = await notifications.receiver();
    const templateId = await notifications.template({ channel: 'PUSH' });
    for (let sent = 0; sent < 5; sent++) {
      expect([(await page(me, 20))?.nodes.length, await unread(me)]).toEqual([sent, sent]);
      await notifications.send({ userId: me.id, templateId, key: `at once ${sent}` });
    }
  });

  it('marks some as read, and then all', async () => {
    const me = await world.somebody();
    await fill(me, 8);
    const ids = (await page(me, 20))?.nodes.map(({ id }) => id) ?? [];
    const mark = async (input: Readonly<Record<string, unknown>>) =>
      (
        await me.query<{ markNotificationsRead: { unreadNotificationCount: number } }>(
          `mutation ($input: MarkNotificationsReadInput!) {
            markNotificationsRead(input: $input) { unreadNotificationCount userErrors { code } } }`,
          { input },
        )
      ).data?.markNotificationsRead.unreadNotificationCount;
    expect(await unread(me)).toBe(6);
    expect(await mark({ ids: [] })).toBe(6);
    expect(await mark({ ids: ids.slice(0, 2) })).toBe(4);
    expect(await mark({ ids: ids.slice(0, 2) })).toBe(4);
    expect(await unread(me)).toBe(4);
    expect(await mark({})).toBe(0);
    const { data } = await me.query<{ node: { readAt: string | null } }>(
      'query ($id: ID!) { node(id: $id) { ... on Notification { readAt } } }',
      { id: ids[3] },
    );
    expect(data?.node.readAt).not.toBeNull();
  });

  it('marks all of very many as read', async () => {
    const me = await world.somebody();
    await fill(me, 1_600);
    expect(await unread(me)).toBe(1_200);
    const { data } = await me.query(
      'mutation { markNotificationsRead(input: {}) { unreadNotificationCount userErrors { code } } }',
    );
    expect(data).toEqual({ markNotificationsRead: { unreadNotificationCount: 0, userErrors: [] } });
  }, 60_000);

  it('answers for another’s notification as for one that does not exist', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    await fill(other, 1);
    const id = (await page(other, 1))?.nodes[0]?.id ?? '';
    const tries = (which: string) => [
      me.query('query ($id: ID!) { node(id: $id) { id } }', { id: which }),
      me.query(
        'mutation ($ids: [ID!]) { markNotificationsRead(input: { ids: $ids }) { unreadNotificationCount } }',
        { ids: [which] },
      ),
    ];
    const told = async (which: string) =>
      (await Promise.all(tries(which))).map(({ data, errors }) => [
        data,
        errors.map(({ message, extensions }) => [message, extensions.code]),
      ]);
    expect(await told(id)).toEqual(await told(notificationId('999999999')));
    expect(await unread(other)).toBe(1);
  });

  it('is nobody else’s', async () => {
    const [me, other] = [await world.somebody(), await world.somebody()];
    const { errors } = await other.query(
      'query ($id: ID!) { user(id: $id) { preferences { email } notifications { nodes { id } } unreadNotificationCount } }',
      { id: me.id },
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });
});
