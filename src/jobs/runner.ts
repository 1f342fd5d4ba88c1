import { runTaskList } from 'graphile-worker';
import type { JobPool } from '../database/job-pool.ts';
import { jobSchema } from '../database/job-schema.ts';
import { createGraphileLogger } from '../log/graphile-logger.ts';
import type { Log } from '../log/log.ts';
import type { Perform } from './perform.ts';
import type { Turn } from './task.ts';

/** The library at work on one server, under one name. */
export interface Runner {
  /** What it writes beside the jobs that it takes. */
  readonly holder: string;
  /** Until then it takes none. */
  begin(): void;
  /** Resolves when it has ended by itself, which it does where it cannot record what it has done. */
  readonly ended: Promise<void>;
  /** Takes no further jobs; resolves when those under way have ended and this is recorded. */
  drain(): Promise<void>;
}

interface Needs {
  readonly jobPool: JobPool;
  readonly names: readonly string[];
  readonly perform: Perform;
  readonly turn: Omit<Turn, 'attempt'>;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly log: Log;
}

export function startRunner(needs: Needs): Runner {
  const { jobPool, names, perform, turn, concurrency, pollMs, log } = needs;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const beginning: GraphileConfig.Plugin = {
    name: 'JobsBeginning',
    worker: { hooks: { startWorker: () => begun } },
  };
  const pool = runTaskList(
    {
      schema: jobSchema,
      concurrency,
      pollInterval: pollMs,
      noHandleSignals: true,
      logger: createGraphileLogger(log),
      preset: {
        plugins: [beginning],
        // Unless they are batched, the library lets the failures of these two go unhandled, and the process with them.
        worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
      },
    },
    Object.fromEntries(names.map((name) => [name, (_payload: unknown, { job }) => perform(job, turn)])),
    jobPool.pool,
  );
  const ended = pool.promise.catch((error: unknown) =>
    log.debug({ err: error }, 'the job queue’s runner failed'),
  );
  let draining: Promise<void> | undefined;
  async function drain(): Promise<void> {
    const stopping = pool.gracefulShutdown();
    // Who has not begun yet finds that there is nothing to begin.
    begin();
    await stopping;
  }
  return {
    holder: pool.id,
    begin,
    ended,
    drain: () => (draining ??= drain()),
  };
}
