/** What is done about jobs of one kind. */
export interface Task {
  /** So often a job is begun; then it is abandoned. Between attempts pass 3 s, 7 s, 20 s, 55 s, … as powers of e. */
  readonly attempts: number;
  /**
   * Does the job; rejects for another attempt. It may have been done before, and only what it recorded tells: a worker
   * that died did not say.
   */
  run(payload: unknown, turn: Turn): Promise<void>;
  /** Records that the last attempt has failed, with `error` as its reason. Repeated until it succeeds. */
  abandon(payload: unknown, error: string): Promise<void>;
}

/** Tasks by the names that jobs are enqueued under. */
export type Tasks = Readonly<Record<string, Task>>;

/** One attempt at one job. */
export interface Turn {
  /** From 1; attempts that ended with their worker count too. */
  readonly attempt: number;
  /** Aborted when the job is not ours any more, or the process is about to end: nothing is to be begun then. */
  readonly signal: AbortSignal;
  /**
   * Whether no other worker can have the job, by the clock: true no longer in a process that was frozen, even before it
   * notices anything. To be asked right before what must not be done twice.
   */
  readonly isOurs: () => boolean;
}
