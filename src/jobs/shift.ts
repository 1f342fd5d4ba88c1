import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock/clock.ts';
import { openHeldSession, type HeldSession } from '../database/held-session.ts';
import { createJobPool, type JobPool } from '../database/job-pool.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Perform } from './perform.ts';
import { takePlace, type Place } from './place.ts';
import { startRunner, type Runner } from './runner.ts';
import { sleepUnlessAborted } from './sleep.ts';
import { createWatch } from './watch.ts';

export interface JobSettings {
  /** Jobs that are done at once. */
  readonly concurrency: number;
  /** How often is looked for jobs that have come due without a word. */
  readonly pollMs: number;
  /** How often is looked for workers that are gone. */
  readonly lookMs: number;
  /** A worker that was not heard of for so long has lost its jobs. */
  readonly silentMs: number;
  /** For so long the jobs of one who is gone are left alone: it may only have lost its connection, and record what it has done. */
  readonly graceMs: number;
  /** How often the queue is counted. */
  readonly countEveryMs: number;
  /** What is under way may take so long when the process ends. */
  readonly drainMs: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** For proofs only: false leaves the jobs of the dead to nobody. */
  readonly freesOthers: boolean;
}

export interface ShiftNeeds {
  readonly primaryUrl: () => string;
  readonly app: string;
  readonly names: readonly string[];
  readonly perform: Perform;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: JobSettings;
  /** Aborted: the shift ends in order. */
  readonly closing: AbortSignal;
  readonly onWorking: (isWorking: boolean) => void;
}

/** Connections for the library: one listens, the others carry its statements. */
const connections = 4;

/**
 * Does jobs on the present primary, from connecting to the first failure: of the connection that tells that we live, of the
 * library, or because another server is the primary. Resolves only when it is closing.
 */
export async function runShift(needs: ShiftNeeds): Promise<void> {
  const { primaryUrl, app, clock, settings, closing } = needs;
  const url = primaryUrl();
  const name = `${app}-jobs`;
  const session = await openHeldSession({ url, name, ...settings });
  let place: Place | undefined;
  const over = new AbortController();
  // Each job under way listens.
  setMaxListeners(0, over.signal);
  const isOurs = () => !over.signal.aborted && place?.isHeld() !== false;
  const jobPool = createJobPool({ url, name, size: connections, mayUse: isOurs, ...settings });
  const runner = startRunner({
    ...needs,
    ...settings,
    jobPool,
    turn: { signal: over.signal, isOurs },
  });
  try {
    place = await takePlace({ session, holder: runner.holder, clock, silentMs: settings.silentMs });
    await work(needs, { url, session, place, runner });
    await leave(needs, { jobPool, place, runner, over });
  } finally {
    needs.onWorking(false);
    // Others may know; we do not any more.
    needs.metrics.jobsQueued.reset();
    needs.metrics.jobsOldestSeconds.reset();
    // From here on nothing of this shift has any effect but the record of what was done.
    over.abort();
    jobPool.cut();
    await session.close();
    // Not before its statements have failed: a failure in the midst of ending is told on the console.
    runner.drain().catch(() => undefined);
    if (closing.aborted) await jobPool.close().catch(() => undefined);
  }
}

interface Shift {
  readonly url: string;
  readonly session: HeldSession;
  readonly place: Place;
  readonly runner: Runner;
}

/** Resolves when it is closing; rejects with what has ended the shift. */
async function work(needs: ShiftNeeds, { url, session, place, runner }: Shift): Promise<void> {
  const { primaryUrl, clock, log, settings, closing, onWorking } = needs;
  const watch = createWatch({ ...needs, session, place });
  const ended = new AbortController();
  void session.ended.then(() => ended.abort('the connection that holds the place has ended'));
  void runner.ended.then(() => ended.abort('the queue’s library has given up'));
  const wake = AbortSignal.any([closing, ended.signal]);
  runner.begin();
  onWorking(true);
  log.info({ holder: runner.holder, concurrency: settings.concurrency }, 'doing jobs');
  while (!closing.aborted) {
    if (ended.signal.aborted) throw new Error(String(ended.signal.reason));
    if (primaryUrl() !== url) throw new Error('another server is the primary');
    await watch.look();
    await sleepUnlessAborted(clock, settings.lookMs, wake);
  }
}

interface Leaving {
  readonly jobPool: JobPool;
  readonly place: Place;
  readonly runner: Runner;
  readonly over: AbortController;
}

/** Those who need longer keep the place, so that others find the jobs that they had. */
async function leave({ clock, settings, log }: ShiftNeeds, { jobPool, place, runner, over }: Leaving) {
  const isDrained = await Promise.race([
    runner.drain().then(() => true),
    sleepUnlessAborted(clock, settings.drainMs, over.signal).then(() => false),
  ]);
  if (isDrained) {
    await place.leave();
    await jobPool.close();
    return;
  }
  over.abort();
  log.warn({ drainMs: settings.drainMs }, 'jobs were under way for too long; others will begin them again');
}
