import { systemClock, type Clock } from '../../clock/clock.ts';

/** The machine's clock, and how often its timers ran out: what a busy machine makes late, it makes no more of. */
export interface CountingClock extends Clock {
  /** Timers of so many ms that have run out so far, each tick of a repeated one for itself. */
  fired(ms: number): number;
}

export function createCountingClock(): CountingClock {
  const counts = new Map<number, number>();
  const fired = (ms: number) => counts.get(ms) ?? 0;
  const counting = (ms: number, task: () => void) => () => {
    counts.set(ms, fired(ms) + 1);
    task();
  };
  return {
    ...systemClock,
    after: (ms, task) => systemClock.after(ms, counting(ms, task)),
    every: (ms, task) => systemClock.every(ms, counting(ms, task)),
    fired,
  };
}
