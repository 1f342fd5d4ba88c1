import { writeSync } from 'node:fs';
import { systemClock } from '../../clock/clock.ts';
import { systemRandom } from '../../clock/random.ts';
import { createJobs } from '../../jobs/jobs.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';

/**
 * A worker that prints `begun <n>` for each job and ends none of them, until it is killed. After a job that it finds not to
 * be its own any more it prints `lost <n>`.
 */
const { DATABASE_URL = '', SILENT_MS = '8000' } = process.env;
// Not on the stream: a killed process would take with it what that still holds.
const say = (line: string) => void writeSync(1, `${line}\n`);

createJobs({
  primaryUrl: () => DATABASE_URL,
  app: 'test-child',
  clock: systemClock,
  random: systemRandom,
  metrics: createMetrics(),
  log: createLog({ level: 'silent' }),
  settings: { concurrency: 2, pollMs: 50, lookMs: 100, silentMs: Number(SILENT_MS) },
  tasks: {
    hang: {
      attempts: 3,
      async run(payload, turn) {
        const { n } = payload as { readonly n: number };
        say(`begun ${n}`);
        while (turn.isOurs()) await systemClock.sleep(20);
        say(`lost ${n}`);
        throw new Error('lost');
      },
      abandon: () => Promise.resolve(),
    },
  },
});
setInterval(() => undefined, 1_000);
