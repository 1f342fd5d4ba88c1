import type { Clock } from '../clock/clock.ts';

/** Time that moves only when it is told to. */
export interface FakeClock extends Clock {
  /** Moves on, running what falls due on the way, in order; lets promises settle in between. */
  advance(ms: number): Promise<void>;
}

interface Due {
  at: number;
  readonly everyMs: number | undefined;
  readonly task: () => void;
}

export function createFakeClock(startAt = 1_800_000_000_000): FakeClock {
  let now = startAt;
  const dues = new Set<Due>();

  function schedule(at: number, everyMs: number | undefined, task: () => void): () => void {
    const due: Due = { at, everyMs, task };
    dues.add(due);
    return () => dues.delete(due);
  }

  const nextBefore = (end: number): Due | undefined =>
    [...dues].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)[0];

  return {
    now: () => now,
    monotonic: () => now - startAt,
    sleep: (ms) => new Promise((resolve) => void schedule(now + ms, undefined, resolve)),
    after: (ms, task) => schedule(now + ms, undefined, task),
    every: (ms, task) => schedule(now + ms, ms, task),
    afterPoll: () => Promise.resolve(),
    async advance(ms) {
      const end = now + ms;
      for (let due = nextBefore(end); due !== undefined; due = nextBefore(end)) {
        now = due.at;
        if (due.everyMs === undefined) dues.delete(due);
        else due.at += due.everyMs;
        due.task();
        await settled();
      }
      now = end;
      await settled();
    },
  };
}

/** Everything that follows from what has happened so far without waiting for the outside has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
