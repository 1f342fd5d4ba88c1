import type { Cancel, Clock } from '../clock/clock.ts';

/** Repeats one piece of background work, never two at a time, and sooner where there is reason to. */
export interface Patrol {
  /** The next walk begins at once, or when the shortest time since the last one's beginning is over. */
  readonly hurry: () => void;
  isStopped(): boolean;
  /** Resolves when the last walk is over. */
  stop(): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  /** Must not reject. */
  readonly walk: () => Promise<void>;
  /** From the end of one walk to the beginning of the next. */
  readonly everyMs: () => number;
  readonly shortestMs: number;
}

/** The first walk begins in the next turn of the event loop. */
export function createPatrol({ clock, walk, everyMs, shortestMs }: Needs): Patrol {
  let stopped = false;
  let walking: Promise<void> | undefined;
  let hurried = false;
  let begunAt = -Infinity;
  let cancelNext: Cancel = clock.after(0, begin);

  const soonest = () => Math.max(0, begunAt + shortestMs - clock.monotonic());

  function begin(): void {
    begunAt = clock.monotonic();
    walking = walk().finally(() => {
      walking = undefined;
      if (!stopped) cancelNext = clock.after(hurried ? soonest() : everyMs(), begin);
      hurried = false;
    });
  }

  return {
    hurry() {
      if (stopped) return;
      if (walking !== undefined) {
        hurried = true;
        return;
      }
      cancelNext();
      cancelNext = clock.after(soonest(), begin);
    },
    isStopped: () => stopped,
    async stop() {
      stopped = true;
      cancelNext();
      await walking;
    },
  };
}
