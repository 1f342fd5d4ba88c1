import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { enqueue } from './enqueue.ts';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
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
    log: createLog({ level: 'silent' }),
  });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

interface Row {
  readonly payload: unknown;
  readonly due: boolean;
}

const jobsOf = (task: string) =>
  onServer<Row>(
    own.primaryUrl,
    `SELECT job.payload, job.run_at <= now() AS due FROM graphile_worker._private_jobs job
     JOIN graphile_worker._private_tasks task ON task.id = job.task_id
     WHERE task.identifier = $1 ORDER BY job.id`,
    [task],
  );

describe('a job', () => {
  it('is there when its transaction is committed, and not before', async () => {
    const during = await database.write(async (tx) => {
      await enqueue(tx, { task: 'committed', payload: { n: 1 } });
      return jobsOf('committed');
    });
    expect(during.value).toEqual([]);
    expect(await jobsOf('committed')).toEqual([{ payload: { n: 1 }, due: true }]);
  });

  it('is never there when its transaction is rolled back', async () => {
    const work = database.write(async (tx) => {
      await enqueue(tx, { task: 'rolled-back', payload: {} });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await jobsOf('rolled-back')).toEqual([]);
  });

  it('waits for its time', async () => {
    const runAt = new Date(systemClock.now() + 3_600_000);
    await database.write((tx) => enqueue(tx, { task: 'later', payload: {}, runAt }));
    expect(await jobsOf('later')).toEqual([{ payload: {}, due: false }]);
  });

  it('replaces another of its key', async () => {
    for (const n of [1, 2])
      await database.write((tx) => enqueue(tx, { task: 'keyed', payload: { n }, key: 'the-one' }));
    expect(await jobsOf('keyed')).toEqual([{ payload: { n: 2 }, due: true }]);
  });
});
