import type { Clock } from '../clock/clock.ts';

/** A smoothed duration: each observation counts for as much of the last second as it has had for itself. */
export interface Latency {
  observe(ms: number): void;
  /** Milliseconds; 0 before the first observation. */
  smoothed(): number;
}

const memoryMs = 1_000;

/**
 * Weighted by time, not by number: an idle node is observed by its samples alone and soon forgets how slow it was, so that
 * it is tried again; on a busy one the samples, which cost next to nothing, do not count for more than the load.
 */
export function createLatency(clock: Clock): Latency {
  let smoothed = 0;
  let seenAt: number | undefined;
  return {
    observe(ms) {
      const now = clock.monotonic();
      const weight = seenAt === undefined ? 1 : 1 - Math.exp(-(now - seenAt) / memoryMs);
      smoothed += weight * (ms - smoothed);
      seenAt = now;
    },
    smoothed: () => smoothed,
  };
}
