import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createIds } from './ids.ts';
import { createWorkerNumbers, type WorkerNumbers } from './worker-numbers.ts';

const log = createLog({ level: 'silent' });
const metrics = createMetrics();
let test: TestDatabase;
let database: Database;
let numbers: WorkerNumbers;
beforeAll(async () => {
  test = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  database = await createDatabase({
    primaryUrl: test.primaryUrl,
    replicaUrls: [],
    settings: {
      ...{ poolSize: 8, poolWaitMs: 30_000, connectTimeoutMs: 30_000, statementTimeoutMs: 30_000 },
      ...{ sampleMs: 50, maxLagMs: 5_000 },
    },
    ...{ clock: systemClock, metrics, log },
  });
  numbers = createWorkerNumbers(database);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const statements = async () =>
  (await metrics.postgresQueries.get()).values.reduce((sum, { value }) => sum + value, 0);

describe('worker numbers', () => {
  it('are different ones for all who ask at once', async () => {
    const leases = await Promise.all(Array.from({ length: 30 }, () => numbers.take(1_000, 10)));
    expect(new Set(leases.map(({ number }) => number)).size).toBe(30);
    expect(leases.every(({ floorMs, ceilingMs }) => floorMs === 0 && ceilingMs === 1_010)).toBe(true);
  });

  it('go to others when they were least recently used, and then their holder can neither renew nor free them', async () => {
    const lease = await numbers.take(5_000, 10);
    expect(await numbers.renew(lease, 6_000)).toEqual({ ...lease, ceilingMs: 6_000 });
    // All others have been used since.
    await onServer(
      test.primaryUrl,
      `UPDATE worker_numbers SET used = nextval('worker_number_uses') WHERE number <> $1`,
      [lease.number],
    );
    const taken = await numbers.take(5_500, 10);
    expect(taken).toMatchObject({ number: lease.number, floorMs: 6_000, ceilingMs: 6_010 });
    expect(await numbers.renew(lease, 7_000)).toBeUndefined();
    await numbers.release(lease, 0);
    const rows = await onServer(
      test.primaryUrl,
      'SELECT holder, ceiling::int FROM worker_numbers WHERE number = $1',
      [taken.number],
    );
    expect(rows).toEqual([{ holder: taken.holder, ceiling: 6_010 }]);
  });

  it('never let a ceiling sink', async () => {
    const lease = await numbers.take(5_000, 1_000);
    expect(await numbers.renew(lease, 5_500)).toBeUndefined();
  });
});

describe('a source of ids', () => {
  it('asks Postgres once for many ids, and not before the first', async () => {
    const ids = createIds({ numbers, clock: systemClock, log });
    const before = await statements();
    const made = await Promise.all(Array.from({ length: 1_000 }, () => ids.next()));
    expect(new Set(made).size).toBe(1_000);
    // BEGIN, the number, COMMIT.
    expect((await statements()) - before).toBe(3);
    await ids.close();
  });
});
