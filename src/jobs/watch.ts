import type { Clock } from '../clock/clock.ts';
import type { HeldSession } from '../database/held-session.ts';
import { sql } from '../database/sql.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { freeJobsOf, freeStrays, type EmptyPlace, type Place } from './place.ts';

interface Needs {
  readonly session: HeldSession;
  readonly place: Place;
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: {
    readonly graceMs: number;
    readonly countEveryMs: number;
    readonly freesOthers: boolean;
  };
}

/** What each worker does beside its jobs: tells that it lives, frees the jobs of those who do not, counts the queue. */
export function createWatch({ session, place, names, clock, metrics, log, settings }: Needs) {
  /** Since when places were seen empty. */
  let empty = new Map<number, number>();
  let countedAt = -Infinity;

  async function free(seen: readonly EmptyPlace[]): Promise<void> {
    const now = clock.monotonic();
    empty = new Map(seen.map(({ id }) => [id, empty.get(id) ?? now]));
    const due = seen.filter(({ id }) => now - (empty.get(id) ?? now) >= settings.graceMs);
    if (due.length > 0) tell(await freeJobsOf(session, due));
  }

  function tell(holders: readonly string[]): void {
    if (holders.length === 0) return;
    metrics.jobWorkersGone.inc(holders.length);
    log.warn({ holders }, 'the jobs of workers that are gone are free again');
  }

  async function count(): Promise<void> {
    const rows = await session.rows<Count>(countJobs(names));
    metrics.jobsQueued.reset();
    for (const { task, due, later, taken, oldestSeconds } of rows) {
      metrics.jobsQueued.set({ task, state: 'due' }, due);
      metrics.jobsQueued.set({ task, state: 'later' }, later);
      metrics.jobsQueued.set({ task, state: 'taken' }, taken);
      metrics.jobsOldestSeconds.set({ task }, oldestSeconds);
    }
  }

  return {
    async look(): Promise<void> {
      const seen = await place.look();
      if (settings.freesOthers) await free(seen);
      if (clock.monotonic() - countedAt < settings.countEveryMs) return;
      countedAt = clock.monotonic();
      if (settings.freesOthers) tell(await freeStrays(session));
      await count();
    },
  };
}

interface Count {
  readonly task: string;
  readonly due: number;
  readonly later: number;
  readonly taken: number;
  readonly oldestSeconds: number;
}

const countJobs = (names: readonly string[]) => sql`
  SELECT task.identifier AS task,
    count(job.id) FILTER (WHERE locked_at IS NULL AND run_at <= now())::int AS due,
    count(job.id) FILTER (WHERE locked_at IS NULL AND run_at > now())::int AS later,
    count(job.id) FILTER (WHERE locked_at IS NOT NULL)::int AS taken,
    coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE locked_at IS NULL AND run_at <= now())), 0)::float8
      AS "oldestSeconds"
  FROM graphile_worker._private_tasks task
  LEFT JOIN graphile_worker._private_jobs job ON job.task_id = task.id
  WHERE task.identifier = ANY(${names}::text[])
  GROUP BY task.identifier`;
