import { sql, type Queryable } from '../database/sql.ts';

/** Work for a worker, done at least once. */
export interface Job {
  /** One of the tasks that the workers know. */
  readonly task: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Not before; at once when absent. */
  readonly runAt?: Date | undefined;
  /** Replaces a job of the same key that has not begun. */
  readonly key?: string | undefined;
}

/**
 * The queue itself never gives a job up: how often it is attempted is the task's matter, and what is given up must be
 * recorded, which is work too. This is the most that the column takes.
 */
const unbounded = 32_767;

/** In the transaction of what it is about: there is the job if, and only if, that is committed. */
export async function enqueue(tx: Queryable, { task, payload, runAt, key }: Job): Promise<void> {
  await tx.rows(sql`
    SELECT FROM graphile_worker.add_job(${task}, payload => ${JSON.stringify(payload)}::json,
      run_at => ${runAt ?? null}::timestamptz, job_key => ${key ?? null}, max_attempts => ${unbounded})`);
}
