import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { migrate } from '../../src/database/migrate.ts';
import { setReplicaDelay } from '../../src/dev/postgres/replica-control.ts';
import { createLog } from '../../src/log/log.ts';
import { onServer, templateDatabase } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { keyOf, openNotifications, type Notifications } from '../../src/testing/notifications.ts';
import { startTestServers, type TestServers } from '../../src/testing/servers/test-servers.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

/** So far apart that a busy machine does not reach it. */
const lagMs = 600_000;

let servers: TestServers;
let world: World;
let second: Gateway;
let notifications: Notifications;
let people: readonly Person[];
let mail: string;

beforeAll(async () => {
  servers = await startTestServers();
  await onServer(servers.databaseUrl, `CREATE DATABASE ${templateDatabase}`);
  const template = new URL(servers.databaseUrl);
  template.pathname = `/${templateDatabase}`;
  await migrate(template.href, createLog({ level: 'silent' }));
  world = await createWorld({
    on: servers,
    env: { REPLICA_MAX_LAG_MS: '25000', REQUEST_DEADLINE_MS: '60000' },
  });
  second = await world.anotherGateway();
  notifications = await openNotifications(world);
  mail = await notifications.template();
  people = await Promise.all(Array.from({ length: 10 }, () => notifications.receiver()));
  await world.database.replicated();
  const [replica] = servers.replicas;
  if (replica === undefined) throw new Error('there is no replica');
  await setReplicaDelay(replica, lagMs);
}, 120_000);
afterAll(async () => {
  await world.close();
  await servers.stop();
});

let sends = 0;
async function sendMail(who: Person, gateway: Gateway = second) {
  const key = `mail ${(sends += 1)}`;
  const { data, errors } = await notifications.send({ userId: who.id, templateId: mail, key }, gateway);
  return (
    data?.sendNotification.userErrors[0]?.code ??
    data?.sendNotification.notification?.status ??
    errors[0]?.extensions.code
  );
}

const waiting = (who: Person) => notifications.count(who.id, `status IN ('QUEUED', 'DEFERRED')`);
const somebody = (index: number): Person => {
  const person = people[index % people.length];
  if (person === undefined) throw new Error('nobody');
  return person;
};

/** What a gateway would go by that read preferences on the replica. */
async function onReplica(who: Person): Promise<boolean> {
  const [row] = await onServer<{ email: boolean }>(
    world.database.replicaUrls[0] ?? '',
    'SELECT email FROM notification_preferences WHERE user_id = $1',
    [keyOf(who.id)],
  );
  return row?.email ?? true;
}

describe('with a replica that stands still', () => {
  it('an opt-out holds for the next send through another gateway, 100 times', async () => {
    for (let round = 0; round < 100; round++) {
      const who = somebody(round);
      await notifications.update(who, { email: false });
      expect(await sendMail(who)).toBe('OPTED_OUT');
      // The control: whoever asked the replica would send.
      expect(await onReplica(who)).toBe(true);
      await notifications.update(who, { email: true });
    }
  }, 300_000);

  it('a send at the same moment as the opt-out is refused or withdrawn: when it is answered, none is left', async () => {
    for (let round = 0; round < 20; round++) {
      const who = somebody(round);
      const sending = [sendMail(who), sendMail(who, world.gateway), sendMail(who)];
      await notifications.update(who, { email: false }, round % 2 === 0 ? world.gateway : second);
      expect(await waiting(who)).toBe(0);
      await Promise.all(sending);
      expect(await waiting(who)).toBe(0);
      await notifications.update(who, { email: true });
    }
  }, 120_000);
});

describe('the notification centre over a replica that stands still', () => {
  it('has no gap between the cache and Postgres', async () => {
    const who = await world.somebody();
    const push = await notifications.template({ channel: 'PUSH', body: '{{n}}' });
    const count = 45;
    for (let n = 1; n <= count; n++)
      await notifications.send({
        ...{ userId: who.id, templateId: push, key: `push ${n}`, variables: { n: String(n) } },
      });
    interface Page {
      readonly viewer: {
        readonly notifications: {
          readonly nodes: readonly { readonly body: string }[];
          readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
        };
      };
    }
    const seen: string[] = [];
    for (let after: string | undefined, isMore = true; isMore;) {
      const { data } = await who.query<Page>(
        `query ($after: Cursor) { viewer { notifications(first: 7, after: $after) {
          nodes { body } pageInfo { endCursor hasNextPage } } } }`,
        { after },
      );
      const page = data?.viewer.notifications;
      seen.push(...(page?.nodes.map(({ body }) => body) ?? []));
      after = page?.pageInfo.endCursor;
      isMore = page?.pageInfo.hasNextPage ?? false;
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => String(count - index)));
    // The control: behind the cached twenty the replica has nothing.
    const onIt = await onServer(
      world.database.replicaUrls[0] ?? '',
      'SELECT FROM notifications WHERE user_id = $1',
      [keyOf(who.id)],
    );
    expect(onIt).toEqual([]);
  }, 60_000);
});

describe('a send that comes while an opt-out is being committed', () => {
  it('waits for it and sees it', async () => {
    const who = await notifications.receiver();
    const key = keyOf(who.id);
    await notifications.update(who, { email: true });
    const client = new pg.Client({ connectionString: world.database.primaryUrl });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN');
    await client.query('UPDATE notification_preferences SET email = false WHERE user_id = $1', [key]);
    const sending = sendMail(who);
    await vi.waitFor(
      async () => {
        const rows = await onServer(
          world.database.primaryUrl,
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
    // The control: without the lock it would have read this, and been committed behind the opt-out.
    const [seen] = await onServer<{ email: boolean }>(
      world.database.primaryUrl,
      'SELECT email FROM notification_preferences WHERE user_id = $1',
      [key],
    );
    expect(seen?.email).toBe(true);
    await client.query('COMMIT');
    expect(await sending).toBe('OPTED_OUT');
  }, 60_000);
});

describe('what waits for the end of quiet hours', () => {
  it('is withdrawn by an opt-out, and its quota is given back', async () => {
    const who = await notifications.receiver();
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
    const quietHours = {
      start: time(Date.now() - 3_600_000),
      end: time(Date.now() + 7_200_000),
      timeZone: 'Etc/UTC',
    };
    await notifications.update(who, { quietHours });
    const outcomes: (string | undefined)[] = [];
    for (let sent = 0; sent < 11; sent++) outcomes.push(await sendMail(who));
    expect(outcomes).toEqual([...Array<string>(10).fill('DEFERRED'), 'QUOTA_USED_UP']);
    await notifications.update(who, { email: false });
    expect(await waiting(who)).toBe(0);
    const { data } = await who.query('{ viewer { unreadNotificationCount notifications { nodes { id } } } }');
    expect(data).toEqual({ viewer: { unreadNotificationCount: 0, notifications: { nodes: [] } } });
    await notifications.update(who, { email: true, quietHours: null });
    outcomes.length = 0;
    for (let sent = 0; sent < 11; sent++) outcomes.push(await sendMail(who));
    expect(outcomes).toEqual([...Array<string>(10).fill('QUEUED'), 'QUOTA_USED_UP']);
  }, 60_000);
});
