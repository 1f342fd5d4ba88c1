import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { upsertLastSeen } from '../../datasources/chats/last-seen.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { onServer } from '../../src/testing/database.ts';
import { quiet, type Gateway } from '../../src/testing/gateway.ts';
import { createFaultProxy } from '../../src/testing/servers/fault-proxy.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let other: Gateway;
beforeAll(async () => {
  world = await createWorld(quiet);
  other = await world.anotherGateway();
});
afterAll(() => world.close());

interface Shown {
  readonly isOnline: boolean;
  readonly lastSeenAt: string | null;
}

async function presenceOf(who: { readonly id: string }, asking: Person, gateway = other): Promise<Shown> {
  const { data, errors } = await gateway.query<{ user: { presence: Shown } }>(
    'query ($id: ID!) { user(id: $id) { presence { isOnline lastSeenAt } } }',
    { variables: { id: who.id }, token: asking.token },
  );
  expect(errors).toEqual([]);
  if (data == null) throw new Error('no answer');
  return data.user.presence;
}

/** Somebody whom no gateway has seen yet, with the last activity that Postgres knows of. */
async function stranger(seenAt?: string): Promise<{ readonly id: string; readonly key: string }> {
  const [row] = await onServer<{ id: string }>(
    world.database.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name)
     VALUES ('s_' || substr(md5(random()::text), 1, 12), '-', 'Somebody') RETURNING id::text`,
  );
  const key = row?.id ?? '';
  if (seenAt !== undefined)
    await onServer(world.database.primaryUrl, 'INSERT INTO last_seen VALUES ($1, $2)', [key, seenAt]);
  await world.database.replicated();
  return { id: toGlobalId('User', key), key };
}

describe('presence', () => {
  it('begins with any request that carries a token, on every gateway', async () => {
    const [me, asking] = [await world.somebody(), await world.somebody()];
    expect(await presenceOf(me, asking)).toEqual({ isOnline: false, lastSeenAt: null });
    const before = Date.now();
    await me.query('{ viewer { username } }');
    await world.gateway.app.idle();
    const shown = await presenceOf(me, asking);
    expect(shown.isOnline).toBe(true);
    expect(Date.parse(shown.lastSeenAt ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('begins with a heartbeat at once, which answers so', async () => {
    const [me, asking] = [await world.somebody(), await world.somebody()];
    const { data } = await me.query(
      'mutation { heartbeat { user { id presence { isOnline } } userErrors { code } } }',
    );
    expect(data).toEqual({
      heartbeat: { user: { id: me.id, presence: { isOnline: true } }, userErrors: [] },
    });
    expect(await presenceOf(me, asking)).toMatchObject({ isOnline: true });
  });

  it('of somebody who has been away for long is the last activity that Postgres knows of', async () => {
    const [asking, away] = [await world.somebody(), await stranger('2026-01-02T03:04:05.678Z')];
    expect(await presenceOf(away, asking)).toEqual({
      isOnline: false,
      lastSeenAt: '2026-01-02T03:04:05.678Z',
    });
  });

  it('is for whoever is signed in', async () => {
    const me = await world.somebody();
    const { data, errors } = await world.gateway.query(
      'query ($id: ID!) { user(id: $id) { username presence { isOnline } } }',
      { variables: { id: me.id } },
    );
    expect(data).toEqual({ user: { username: me.username, presence: null } });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect((await world.gateway.query('mutation { heartbeat { userErrors { code } } }')).errors).toHaveLength(
      1,
    );
  });
});

describe('the presence of many', () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { username presence { isOnline lastSeenAt } } } }`;

  it(
    'costs one round trip where they are online, and beside it that of any cached row where not',
    { timeout: 90_000 },
    async () => {
      const asking = await world.somebody();
      const people = await Promise.all(Array.from({ length: 50 }, () => world.somebody()));
      const strangers = await Promise.all(Array.from({ length: 50 }, () => stranger('2026-01-02T03:04:05Z')));
      for (const one of people) await one.query('{ viewer { username } }');
      const cost = async (ids: readonly string[]) => {
        // The second time: profiles and last activities are then copies in the process.
        for (;;) {
          const { result, counts } = await world.gateway.counting(() =>
            world.gateway.query<{ nodes: { presence: Shown }[] }>(query, {
              variables: { ids },
              token: asking.token,
            }),
          );
          expect(result.errors).toEqual([]);
          if (Object.keys(counts.postgres).length > 0) continue;
          return { counts, shown: (result.data?.nodes ?? []).map(({ presence }) => presence.isOnline) };
        }
      };
      const online = await cost(people.map(({ id }) => id));
      // The session, and all presences.
      expect(online.counts.redis).toEqual({ both: 2 });
      expect(online.shown.every(Boolean)).toBe(true);
      const mixed = await cost([...people, ...strangers].map(({ id }) => id));
      expect(mixed.counts.postgres).toEqual({});
      // And, where this process has no copies yet, profiles and last activities.
      expect(mixed.counts.redis['both']).toBeLessThanOrEqual(4);
      expect(mixed.shown.filter(Boolean)).toHaveLength(50);
    },
  );
});

describe('without the Redis of live state', () => {
  it('nobody is online, the last activity is that of Postgres, and nothing fails but a heartbeat', async () => {
    const proxy = await createFaultProxy({ targetPort: Number(new URL(inject('redisUrl')).port) });
    const cut = await world.anotherGateway({ env: { REDIS_STATE_URL: proxy.through(inject('redisUrl')) } });
    const [asking, away] = [await world.somebody(), await stranger('2026-01-02T03:04:05Z')];
    await asking.query('mutation { heartbeat { userErrors { code } } }');
    await proxy.setMode({ kind: 'reset' });
    expect(await presenceOf(away, asking, cut)).toEqual({
      isOnline: false,
      lastSeenAt: '2026-01-02T03:04:05.000Z',
    });
    expect(await presenceOf(asking, asking, cut)).toEqual({ isOnline: false, lastSeenAt: null });
    const beat = await cut.query('mutation { heartbeat { user { id } } }', { token: asking.token });
    expect(beat.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    await proxy.setMode({ kind: 'pass' });
    await expect
      .poll(() => presenceOf(asking, asking, cut), { timeout: 10_000, interval: 100 })
      .toMatchObject({ isOnline: true });
    await cut.close();
    await proxy.close();
  });
});

describe('the last activity', () => {
  const rowOf = async (person: { readonly id: string }) => {
    const [row] = await onServer<{ seenAt: Date }>(
      world.database.primaryUrl,
      'SELECT seen_at AS "seenAt" FROM last_seen WHERE user_id = $1',
      [idOf('User', person.id)],
    );
    return row?.seenAt.getTime();
  };

  it('that Postgres keeps is the latest over all gateways, and is brought there by a worker', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => world.somebody()));
    for (const gateway of [world.gateway, other])
      for (const { token } of people)
        await gateway.query('mutation { heartbeat { userErrors { code } } }', { token });
    for (const gateway of [other, world.gateway]) await gateway.app.idle();
    const live = await Promise.all(people.map((person) => presenceOf(person, person)));
    expect(await Promise.all(people.map(rowOf))).toEqual(people.map(() => undefined));
    // A worker flushes every ten seconds, and at its end.
    const worker = await world.anotherGateway({ env: { ROLES: 'worker' } });
    await worker.close();
    expect(await Promise.all(people.map(rowOf))).toEqual(
      live.map(({ lastSeenAt }) => Date.parse(lastSeenAt ?? '')),
    );
  });
});

describe('a batch of last activities', () => {
  const log = createLog({ level: 'silent' });
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase({
      primaryUrl: world.database.primaryUrl,
      replicaUrls: [],
      settings: {
        poolSize: 4,
        connectTimeoutMs: 5_000,
        statementTimeoutMs: 10_000,
        sampleMs: 1_000,
        maxLagMs: 5_000,
      },
      clock: systemClock,
      metrics: createMetrics(),
      log,
    });
  });
  afterAll(() => database.close());

  let count = 0;
  const apply = async (latest: ReadonlyMap<string, number>, id = `batch ${count++}`) =>
    (await database.write((tx) => upsertLastSeen(tx, { id, since: 0, sums: new Map(), latest }))).value;
  const seen = async (keys: readonly string[]) =>
    (
      await onServer<{ at: string }>(
        world.database.primaryUrl,
        'SELECT (extract(epoch FROM seen_at) * 1000)::bigint::text AS at FROM last_seen WHERE user_id = ANY($1) ORDER BY user_id',
        [keys],
      )
    ).map(({ at }) => Number(at));

  it('never takes a time back, is applied once, and passes over who is no user any more', async () => {
    const [one, two] = [(await stranger()).key, (await stranger()).key];
    expect(
      await apply(
        new Map([
          [one, 5_000],
          [two, 7_000],
          ['999999999', 1],
        ]),
        'first',
      ),
    ).toBe(true);
    expect(await apply(new Map([[one, 9_000]]), 'first')).toBe(false);
    await apply(
      new Map([
        [one, 4_000],
        [two, 8_000],
      ]),
    );
    expect(await seen([one, two])).toEqual([5_000, 8_000]);
  });

  it('does not get in the way of another that has the same users in another order', async () => {
    const keys = await Promise.all(Array.from({ length: 30 }, async () => (await stranger()).key));
    const times = (of: readonly string[], at: number) => new Map(of.map((key) => [key, at]));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => apply(times(n % 2 === 0 ? keys : keys.toReversed(), n + 1))),
    );
    expect(await seen(keys)).toEqual(keys.map(() => 20));
  });
});
