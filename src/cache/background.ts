import { inBackground, type Log } from '../log/log.ts';

/** Work that no response waits for. */
export interface Background {
  /** A failure is logged under `what`. */
  run(what: string, work: Promise<unknown>): void;
  /** Resolves when nothing is running, including what was started meanwhile. */
  readonly idle: () => Promise<void>;
}

export function createBackground(log: Log): Background {
  const running = new Set<Promise<unknown>>();
  return {
    run(what, work) {
      const tracked = work.finally(() => running.delete(tracked));
      running.add(tracked);
      inBackground(log, what, tracked);
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
