import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { createGateway, uniqueApp, type Gateway } from '../cache/testing/gateway.ts';
import { createCache, type Cache } from '../cache/cache.ts';
import { jsonCodec } from '../cache/codec.ts';
import type { CachePolicy } from '../cache/policy.ts';
import { systemClock } from '../clock/clock.ts';
import { createDeadline } from '../clock/deadline.ts';
import { systemRandom } from '../clock/random.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { sql, type Queryable } from '../database/sql.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createSubscriber, type Subscriber } from '../redis/subscriber.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createJoinedLoads } from './joined-loads.ts';
import { createStore, type Seen, type Store } from './store.ts';
import { createTransactions } from './transactions.ts';

const policy: CachePolicy<string, string> = {
  name: 'name',
  version: 1,
  key: (id) => id,
  freshForMs: 60_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(z.string()),
};
async function selectNames(db: Queryable, ids: readonly string[]) {
  const rows = await db.rows<{ id: string; name: string }>(
    sql`SELECT id::text, name FROM names WHERE id = ANY(${ids}::integer[])`,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

let own: TestDatabase;
let database: Database;
let writer: Gateway;
let subscriber: Subscriber;
/** Hears heartbeats, so that it believes itself in touch, and no invalidation. */
let deaf: Cache;
let copied: string;

const parts = { clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'silent' }) };

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  await onServer(own.primaryUrl, 'CREATE TABLE names (id integer PRIMARY KEY, name text NOT NULL)');
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: [],
    settings: {
      poolSize: 4,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 5_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    ...parts,
  });
  const app = uniqueApp();
  writer = await createGateway({ url: inject('redisUrl'), app });
  subscriber = createSubscriber({ urls: [inject('redisUrl')], log: parts.log });
  deaf = createCache({
    redis: writer.redis,
    subscriber: {
      ...subscriber,
      subscribe: (channel, listener) =>
        subscriber.subscribe(channel, {
          ...listener,
          message: (text) => {
            if (text.startsWith('H')) listener.message(text);
          },
        }),
    },
    random: systemRandom,
    app,
    settings: { heartbeatMs: 60_000 },
    ...parts,
  });
  await vi.waitFor(() => expect(deaf.status().bus).toBe('heard'), { timeout: 10_000 });
});
afterAll(async () => {
  await deaf.close();
  await Promise.all([writer.close(), subscriber.close(), database.close()]);
  await own.drop();
});

const open = (cache: Cache, seen?: Seen): Store =>
  createStore({
    cache,
    database,
    transactions: createTransactions({ cache, database, clock: systemClock, log: parts.log }),
    loads: createJoinedLoads(systemClock),
    deadline: createDeadline(systemClock, 10_000),
    clock: systemClock,
    seen,
  });
const read = (cache: Cache, seen?: Seen) => open(cache, seen).cached(policy, selectNames).load(copied);

let nextId = 1;
beforeEach(async () => {
  copied = String(nextId++);
  await onServer(own.primaryUrl, `INSERT INTO names VALUES ($1, 'old')`, [copied]);
  await read(writer.cache);
  await writer.cache.idle();
  // From Redis, and so into the process.
  expect(await read(deaf)).toBe('old');
});

async function change(): Promise<Seen> {
  const store = open(writer.cache);
  await store.write(async (tx, changed) => {
    await tx.rows(sql`UPDATE names SET name = 'new' WHERE id = ${copied}::integer`);
    changed(policy, copied);
  });
  const written = store.lastWrite();
  if (written === undefined) throw new Error('a write that is not known');
  return { lsn: written.lsn, skipCopiesUntil: written.at + 60_000 };
}

it('a gateway that the bus did not tell serves its old copy: the test would notice', async () => {
  await change();
  expect(await read(deaf)).toBe('old');
});

it('it does not to whom the write is known', async () => {
  const seen = await change();
  expect(await read(deaf, seen)).toBe('new');
});

it('nor when that becomes known during the request', async () => {
  const seen = await change();
  const store = open(deaf);
  store.see(seen);
  expect(await store.cached(policy, selectNames).load(copied)).toBe('new');
});

it('it does again once the time is over in which the bus must have told', async () => {
  const { lsn } = await change();
  expect(await read(deaf, { lsn, skipCopiesUntil: Date.now() - 1 })).toBe('old');
});

it('a request that wrote nothing, or nothing that was committed, has no last write', async () => {
  const store = open(writer.cache);
  await store.cached(policy, selectNames).load(copied);
  await expect(store.write(() => Promise.reject(new Error('second thoughts')))).rejects.toThrow();
  expect(store.lastWrite()).toBeUndefined();
});
