import { asError } from '../errors/as-error.ts';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Task, Tasks, Turn } from './task.ts';

/** How an attempt ends: the label of its metric. */
export type JobOutcome = 'done' | 'failed' | 'abandoned' | 'lost';

/** A job as the queue hands it over. */
export interface TakenJob {
  readonly id: string;
  readonly task_identifier: string;
  readonly payload: unknown;
  /** This one included. */
  readonly attempts: number;
  readonly last_error: string | null;
}

/** Makes one attempt. Rejects where the queue is to try again, later and later. */
export type Perform = (job: TakenJob, turn: Omit<Turn, 'attempt'>) => Promise<void>;

interface Needs {
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

export function createPerform({ tasks, clock, metrics, log }: Needs): Perform {
  /** What each task failed with last: a provider that is down fails all of them in the same words, said aloud once. */
  const lastProblems = new Map<string, string>();

  /**
   * A job whose worker died in its last attempt comes once more, only to be abandoned: so nothing ends without a record,
   * and a job that kills its workers does not go on doing so.
   */
  async function attempt(task: Task, job: TakenJob, turn: Turn): Promise<JobOutcome> {
    if (job.attempts > task.attempts) {
      await task.abandon(job.payload, job.last_error ?? 'its worker has died in the last attempt');
      return 'abandoned';
    }
    try {
      await task.run(job.payload, turn);
      return 'done';
    } catch (error) {
      if (job.attempts < task.attempts || !turn.isOurs()) throw error;
      await task.abandon(job.payload, messageOf(error));
      return 'abandoned';
    }
  }

  function report(job: TakenJob, error: unknown): void {
    const { id, task_identifier: task, attempts } = job;
    const problem = messageOf(error);
    const level = lastProblems.get(task) === problem ? 'debug' : 'warn';
    lastProblems.set(task, problem);
    log[level]({ err: error, task, job: id, attempt: attempts }, 'a job has failed and is tried again later');
  }

  return async (job, turn) => {
    const { id, task_identifier: name } = job;
    const task = tasks[name];
    if (task === undefined) throw new Error(`nobody knows the task ${name}`);
    const startedAt = clock.monotonic();
    const end = (outcome: JobOutcome) => {
      metrics.jobs.inc({ task: name, outcome });
      metrics.jobSeconds.observe({ task: name }, (clock.monotonic() - startedAt) / 1_000);
    };
    try {
      const outcome = await attempt(task, job, { ...turn, attempt: job.attempts });
      if (outcome === 'done') lastProblems.delete(name);
      else log.error({ task: name, job: id, attempts: job.attempts }, 'a job is abandoned');
      end(outcome);
    } catch (error) {
      end(turn.isOurs() ? 'failed' : 'lost');
      report(job, error);
      throw error;
    }
  };
}

const messageOf = (error: unknown) => asError(error).message;
