import { asError } from '../errors/as-error.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createPerform } from './perform.ts';
import { runShift, type JobSettings } from './shift.ts';
import { sleepUnlessAborted } from './sleep.ts';
import type { Tasks } from './task.ts';

/** Does jobs in this process, beside any number of others. */
export interface Jobs {
  /** Whether jobs are being looked for at this moment. */
  readonly isWorking: () => boolean;
  /** Takes no more; those under way have `drainMs` to end. What they have not done by then is free to others. */
  readonly close: () => Promise<void>;
}

interface Needs {
  readonly tasks: Tasks;
  /** Of the present primary; when it changes, work goes on there. */
  readonly primaryUrl: () => string;
  /** Names the connections. */
  readonly app: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings?: Partial<JobSettings>;
}

const defaultSettings: JobSettings = {
  concurrency: 10,
  pollMs: 2_000,
  lookMs: 1_000,
  silentMs: 8_000,
  graceMs: 2_500,
  countEveryMs: 15_000,
  drainMs: 5_000,
  connectTimeoutMs: 2_000,
  statementTimeoutMs: 5_000,
  freesOthers: true,
};

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Starts at once. Never ends by itself: where the primary is away, it is looked for again, later and later. */
export function createJobs({ tasks, settings: given, ...needs }: Needs): Jobs {
  const { clock, random, log } = needs;
  const settings = { ...defaultSettings, ...given };
  const perform = createPerform({ ...needs, tasks });
  const closing = new AbortController();
  let working = false;
  let lastProblem: string | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await runShift({
          ...needs,
          names: Object.keys(tasks),
          perform,
          settings,
          closing: closing.signal,
          onWorking(isWorking) {
            working = isWorking;
            if (isWorking) failures = 0;
          },
        });
      } catch (error) {
        report(error);
        await pause();
      }
    }
  }

  function report(error: unknown): void {
    failures += 1;
    // Each attempt at a server that is down fails in the same words: said aloud once.
    const problem = failures === 1 ? undefined : lastProblem;
    lastProblem = asError(error).message;
    log[lastProblem === problem ? 'debug' : 'warn']({ err: error }, 'jobs cannot be done at the moment');
  }

  function pause(): Promise<void> {
    const ms = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + random());
    return sleepUnlessAborted(clock, ms, closing.signal);
  }

  const running = run();
  return {
    isWorking: () => working,
    async close() {
      closing.abort();
      await running;
    },
  };
}
