import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';

/** How far the log has been followed: transactions may be done in any order, positions are confirmed in theirs. */
export interface Progress {
  /** To be called in the order of the log; the returned function says that the transaction has had its effect. */
  readonly begin: (end: Lsn) => () => void;
  /** The last position before which everything has been done for at least `holdMs`; undefined where there is no new one. */
  readonly confirmable: () => Lsn | undefined;
}

interface Step {
  readonly end: Lsn;
  done: boolean;
}

const grainMs = 250;

export function createProgress(clock: Clock, holdMs: number): Progress {
  const steps: Step[] = [];
  /** One for each part of a second, so that a minute of a busy log stays short. */
  const held: { readonly at: number; end: Lsn }[] = [];

  function settle(): void {
    let last: Lsn | undefined;
    while (steps[0]?.done === true) last = steps.shift()?.end;
    if (last === undefined) return;
    const now = clock.monotonic();
    const newest = held.at(-1);
    // What is done within the same part of a second is held a little shorter.
    if (newest !== undefined && now - newest.at < grainMs) newest.end = last;
    else held.push({ at: now, end: last });
  }

  return {
    begin(end) {
      const step = { end, done: false };
      steps.push(step);
      return () => {
        step.done = true;
        settle();
      };
    },
    confirmable() {
      let last: Lsn | undefined;
      while (held[0] !== undefined && held[0].at <= clock.monotonic() - holdMs) last = held.shift()?.end;
      return last;
    },
  };
}
