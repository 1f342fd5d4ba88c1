import type { Clock } from '../clock/clock.ts';

/** A counter as this process has seen it, with the numbers that others may still use. */
export interface PastNumbers {
  latest(): number | undefined;
  /** The latest, then every number that was current within the last `keepMs`, the highest first. */
  inUse(): readonly number[];
  /**
   * `went back` when the number is lower than one that was known before this one was asked for: answers that merely
   * overtook each other are `kept`.
   */
  take(number: number, askedAt: number): 'kept' | 'went back';
}

/** A counter set to anything by hand must not fill the memory; this many raises within `keepMs` are told apart. */
const mostPast = 1_000;

export function createPastNumbers(clock: Clock, keepMs: number): PastNumbers {
  let latest: number | undefined;
  let knownSince = -Infinity;
  let past: { readonly number: number; readonly until: number }[] = [];

  /** Those between were current for a moment that no sample of ours fell into, and a sample of another gateway may have. */
  function replace(from: number, to: number): void {
    const until = clock.monotonic() + keepMs;
    for (let number = Math.max(from, to - mostPast); number < to; number += 1) past.push({ number, until });
    past = past.slice(-mostPast);
  }

  return {
    latest: () => latest,
    inUse() {
      const now = clock.monotonic();
      past = past.filter(({ until }) => until > now);
      return latest === undefined ? [] : [latest, ...past.map(({ number }) => number).toReversed()];
    },
    take(number, askedAt) {
      // At the start it is not known for how long the number has been current: others may use the one before.
      if (latest === undefined) replace(number - 1, number);
      else if (number < latest) return askedAt > knownSince ? 'went back' : 'kept';
      else replace(latest, number);
      if (latest !== number) knownSince = clock.monotonic();
      latest = number;
      return 'kept';
    },
  };
}
