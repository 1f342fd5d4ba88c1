import { afterAll, beforeAll, beforeEach, afterEach, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import { createLog } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createDatabase, type Database } from './database.ts';
import { sql } from './sql.ts';

let own: TestDatabase;
let database: Database;
let metrics: Metrics;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
  await onServer(own.primaryUrl, 'CREATE TABLE notes (id integer PRIMARY KEY)');
});
afterAll(() => own.drop());

beforeEach(async () => {
  metrics = createMetrics();
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: own.replicaUrls,
    settings: {
      poolSize: 4,
      poolQueue: 2,
      poolWaitMs: 300,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics,
    log: createLog({ level: 'silent' }),
  });
});
afterEach(() => database.close());

const shed = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The database has more to do than it can take on now.',
  details: { retryAfterSeconds: 1 },
};
const counted = async (metric: 'postgresShed' | 'postgresQueries', node: string) =>
  (await metrics[metric].get()).values.find(({ labels }) => labels.node === node)?.value ?? 0;

/** At first it may not have come as far as the primary was, and is not read. */
const untilReplicaIsRead = () =>
  vi.waitFor(
    async () => {
      const { value } = await database.read({ atLeast: zeroLsn }, (db) =>
        db.rows<{ isReplica: boolean }>(sql`SELECT pg_is_in_recovery() AS "isReplica"`),
      );
      expect(value).toEqual([{ isReplica: true }]);
    },
    { timeout: 10_000 },
  );

/** Statements that stay under way until they are let go. */
function occupy(count: number, where?: 'only') {
  const controller = new AbortController();
  const reads = Array.from({ length: count }, () =>
    database.read({ atLeast: zeroLsn, primary: where, signal: controller.signal }, (db) =>
      db.rows(sql`SELECT pg_sleep(30)`),
    ),
  );
  const settled = Promise.allSettled(reads);
  const letGo = () => {
    controller.abort(new Error('let go'));
    return settled;
  };
  return { settled, letGo };
}

it('a replica that is full turns reads away; it stays, and the primary is left alone', async () => {
  await untilReplicaIsRead();
  const before = await counted('postgresQueries', 'primary');
  // Four run, two wait, four are turned away; the two that wait are turned away when they have waited too long.
  const { letGo } = occupy(10);
  await vi.waitFor(async () => expect(await counted('postgresShed', 'replica-1')).toBe(6), {
    timeout: 5_000,
  });
  expect(database.status()).toMatchObject({ primary: true, replicas: [true] });
  await expect(database.read({ atLeast: zeroLsn }, (db) => db.rows(sql`SELECT`))).rejects.toMatchObject(shed);
  expect(await counted('postgresQueries', 'primary')).toBe(before);
  const reasons = (await letGo()).map((each) =>
    each.status === 'rejected' ? (each.reason as Error).message : '',
  );
  expect(reasons.filter((reason) => reason === shed.message)).toHaveLength(6);
  expect((await database.read({ atLeast: zeroLsn }, (db) => db.rows(sql`SELECT 1 AS one`))).value).toEqual([
    { one: 1 },
  ]);
});

it('writes get through while the primary has more reads than it may take', async () => {
  const { letGo } = occupy(6, 'only');
  await vi.waitFor(async () => expect(await counted('postgresShed', 'primary')).toBe(4), { timeout: 5_000 });
  await database.write((tx) => tx.rows(sql`INSERT INTO notes VALUES (1)`));
  await letGo();
});

it('a write is turned away, too, where writes hold every connection', async () => {
  const controller = new AbortController();
  const hold = () =>
    database.write((tx) => tx.rows(sql`SELECT pg_sleep(30)`), undefined, { signal: controller.signal });
  const holding = Promise.allSettled([hold(), hold(), hold(), hold()]);
  await expect(database.write((tx) => tx.rows(sql`INSERT INTO notes VALUES (2)`))).rejects.toMatchObject(
    shed,
  );
  controller.abort(new Error('let go'));
  await holding;
});
