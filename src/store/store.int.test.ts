import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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
import { createRedis, type Redis } from '../redis/redis.ts';
import { createSubscriber, type Subscriber } from '../redis/subscriber.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createJoinedLoads } from './joined-loads.ts';
import { createStore, type Store } from './store.ts';
import { createTransactions, type Transactions } from './transactions.ts';

const note = z.object({ text: z.string() });
const policy: CachePolicy<string, z.output<typeof note>> = {
  name: 'note',
  version: 1,
  key: (id) => id,
  freshForMs: 60_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(note),
};

let statements: (readonly string[])[] = [];
async function selectNotes(db: Queryable, ids: readonly string[]) {
  statements.push(ids);
  const rows = await db.rows<{ id: string; text: string }>(
    sql`SELECT id::text, text FROM notes WHERE id = ANY(${ids}::integer[])`,
  );
  return new Map(rows.map((row) => [row.id, { text: row.text }]));
}

let own: TestDatabase;
let redis: Redis;
let subscriber: Subscriber;
let cache: Cache;
let database: Database;
let transactions: Transactions;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
  await onServer(own.primaryUrl, `CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL)`);
  await onServer(own.primaryUrl, `INSERT INTO notes SELECT n, 'first' FROM generate_series(1, 2000) AS n`);
  const parts = { clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'silent' }) };
  redis = createRedis({ url: inject('redisUrl'), role: 'cache', settings: { deadlineMs: 5_000 }, ...parts });
  subscriber = createSubscriber({ urls: [inject('redisUrl')], log: parts.log });
  cache = createCache({ redis, subscriber, random: systemRandom, app: randomAppName(), ...parts });
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: own.replicaUrls,
    settings: {
      poolSize: 4,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 5_000,
      sampleMs: 20,
      maxLagMs: 5_000,
    },
    ...parts,
  });
  transactions = createTransactions({ cache, database, clock: parts.clock, log: parts.log });
  await redis.untilUp(2_000);
});
afterAll(async () => {
  await transactions.close();
  await cache.close();
  await Promise.all([database.close(), subscriber.close(), redis.close()]);
  await own.drop();
});

function openStore(deadlineMs = 10_000): Store {
  statements = [];
  return createStore({
    cache,
    database,
    transactions,
    loads: createJoinedLoads(systemClock),
    deadline: createDeadline(systemClock, deadlineMs),
    clock: systemClock,
  });
}

const change = (store: Store, id: string, text: string) =>
  store.write(async (tx, changed) => {
    await tx.rows(sql`UPDATE notes SET text = ${text} WHERE id = ${id}::integer`);
    changed(policy, id);
  });

describe('loads of one tick', () => {
  it('become one statement, each key once, and are not repeated within the request', async () => {
    const notes = openStore().cached(policy, selectNotes);
    await Promise.all([notes.load('1'), notes.load('2'), notes.loadMany(['2', '3', '1'])]);
    await notes.load('2');
    expect(statements).toEqual([['1', '2', '3']]);
  });

  it('keep the order of their keys, with undefined where there is no row', async () => {
    const notes = openStore().cached(policy, selectNotes);
    expect(await notes.loadMany(['9999', '4', '8888'])).toEqual([undefined, { text: 'first' }, undefined]);
  });

  it('are split where there are more keys than one statement should carry', async () => {
    const notes = openStore().cached(policy, selectNotes);
    await notes.loadMany(Array.from({ length: 1_100 }, (_, index) => String(index + 101)));
    expect(statements.map(({ length }) => length)).toEqual([500, 500, 100]);
  });
});

describe('a failed load', () => {
  it('is not remembered', async () => {
    let failures = 1;
    const store = openStore();
    const notes = store.cached({ ...policy, name: 'flaky' }, (db, ids) =>
      failures-- > 0 ? Promise.reject(new Error('once')) : selectNotes(db, ids),
    );
    await expect(notes.load('1')).rejects.toThrow('once');
    expect(await notes.load('1')).toEqual({ text: 'first' });
  });

  it('by the deadline is TIMEOUT', async () => {
    const notes = openStore(50).cached({ ...policy, name: 'slow' }, async (db, ids) => {
      await db.rows(sql`SELECT pg_sleep(0.4)`);
      return selectNotes(db, ids);
    });
    await expect(notes.load('1')).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('a write', () => {
  it('is seen by the rest of its request and by every later one, a hundred times over', async () => {
    for (let round = 1; round <= 100; round += 1) {
      const [writer, reader] = [openStore(), openStore()];
      const notes = writer.cached(policy, selectNotes);
      await notes.load('10');
      await change(writer, '10', `round ${round}`);
      expect(await notes.load('10')).toEqual({ text: `round ${round}` });
      expect(await reader.cached(policy, selectNotes).load('10')).toEqual({ text: `round ${round}` });
    }
  });

  it('is seen by its request also past the cache', async () => {
    const store = openStore();
    for (let round = 1; round <= 50; round += 1) {
      await change(store, '11', `round ${round}`);
      const rows = await store.read((db) =>
        db.rows<{ text: string }>(sql`SELECT text FROM notes WHERE id = 11`),
      );
      expect(rows).toEqual([{ text: `round ${round}` }]);
    }
  });

  it('does not begin once the time of its request is up', async () => {
    const store = openStore(20);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(change(store, '13', 'too late')).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await openStore().cached(policy, selectNotes).load('13')).toEqual({ text: 'first' });
  });

  it('that is rolled back changes nothing that anyone reads', async () => {
    const store = openStore();
    const notes = store.cached(policy, selectNotes);
    await notes.load('12');
    const failing = store.write(async (tx, changed) => {
      await tx.rows(sql`UPDATE notes SET text = 'never' WHERE id = 12`);
      changed(policy, '12');
      throw new Error('second thoughts');
    });
    await expect(failing).rejects.toThrow('second thoughts');
    expect(await openStore().cached(policy, selectNotes).load('12')).toEqual({ text: 'first' });
  });

  it('makes a row visible that was remembered as missing', async () => {
    const notes = () => openStore().cached(policy, selectNotes);
    expect(await notes().load('5000')).toBeUndefined();
    await openStore().write(async (tx, changed) => {
      await tx.rows(sql`INSERT INTO notes VALUES (5000, 'new')`);
      changed(policy, '5000');
    });
    expect(await notes().load('5000')).toEqual({ text: 'new' });
  });
});

describe('a policy', () => {
  it('gives one loader for all who ask in one request', () => {
    const store = openStore();
    expect(store.cached(policy, selectNotes)).toBe(store.cached(policy, selectNotes));
  });

  it('cannot take the name of another', () => {
    const store = openStore();
    store.cached(policy, selectNotes);
    expect(() => store.cached({ ...policy }, selectNotes)).toThrow('two cache policies are named note');
  });

  it('cannot be strict and lie on several shards', () => {
    const spread = { ...policy, strict: true };
    const shardOf = () => ({ name: 'shard-1', database: undefined as never });
    expect(() => openStore().cached(spread, selectNotes, shardOf)).toThrow('note is strict and spread');
  });
});
