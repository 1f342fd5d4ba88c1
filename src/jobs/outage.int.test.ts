import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { promote } from '../dev/postgres/replica-control.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';
import { enqueue } from './enqueue.ts';
import { createJobs, type Jobs } from './jobs.ts';
import type { Turn } from './task.ts';

let servers: TestServers;
let database: Database;
let jobs: Jobs;
const patience = { timeout: 30_000, interval: 20 };
const log = createLog({ level: 'silent' });
const lines: string[] = [];
const turns: { readonly n: number; readonly turn: Turn }[] = [];
const done: number[] = [];
/** Holds jobs that have begun. */
let gate: Promise<void> | undefined;

beforeAll(async () => {
  servers = await startTestServers();
  await migrate(servers.databaseUrl, log);
  database = await createDatabase({
    primaryUrl: servers.databaseUrl,
    replicaUrls: servers.replicaUrls,
    settings: {
      poolSize: 4,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 10_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log,
  });
  jobs = createJobs({
    primaryUrl: database.primaryUrl,
    app: 'test',
    clock: systemClock,
    random: systemRandom,
    metrics: createMetrics(),
    log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    settings: { concurrency: 2, pollMs: 100, lookMs: 100, graceMs: 300 },
    tasks: {
      hold: {
        attempts: 5,
        async run(payload, turn) {
          const { n } = payload as { readonly n: number };
          turns.push({ n, turn });
          await gate;
          if (!turn.isOurs()) throw new Error('not ours any more');
          done.push(n);
        },
        abandon: () => Promise.resolve(),
      },
    },
  });
});
afterAll(async () => {
  await jobs.close();
  await database.close();
  await servers.stop();
});

const add = (n: number) => database.write((tx) => enqueue(tx, { task: 'hold', payload: { n } }));
const isWorking = () => vi.waitFor(() => expect(jobs.isWorking()).toBe(true), patience);

/** Begins job `n`, has `fail` happen to the server, and lets the job go on when that is noticed. */
async function during(n: number, fail: () => Promise<void>): Promise<void> {
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  await add(n);
  await vi.waitFor(() => expect(turns.at(-1)?.n).toBe(n), patience);
  await fail();
  await vi.waitFor(() => expect(turns.at(-1)?.turn.signal.aborted).toBe(true), patience);
  gate = undefined;
  open();
}

// In order, each on what the one before left.
it('a job under way when the primary is killed is not ours any more, and is done again when it is back', async () => {
  await isWorking();
  await during(1, async () => servers.primary?.kill());
  expect(jobs.isWorking()).toBe(false);
  await servers.primary?.restart();
  await vi.waitFor(() => expect(done).toEqual([1]), patience);
  expect(turns.map(({ n, turn }) => [n, turn.attempt])).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

it('work goes on with the promoted replica, without a restart', async () => {
  await isWorking();
  const [replica] = servers.replicas;
  if (replica === undefined) throw new Error('there is no replica');
  await during(2, async () => {
    await servers.primary?.kill();
    await promote(replica);
  });
  await vi.waitFor(() => expect(done).toEqual([1, 2]), patience);
  await add(3);
  await vi.waitFor(() => expect(done).toEqual([1, 2, 3]), patience);
});

it('each outage is said aloud a few times only', () => {
  expect(lines.filter((line) => line.includes('jobs cannot be done')).length).toBeLessThanOrEqual(8);
});
