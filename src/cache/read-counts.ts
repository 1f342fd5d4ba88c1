import type { Metrics } from '../metrics/metrics.ts';

export type ReadTier = 'l1' | 'flight' | 'redis' | 'source';
export type ReadOutcome =
  | 'hit'
  | 'absent'
  | 'joined'
  | 'miss'
  /** Past its freshness, answered while one reader refreshes it. */
  | 'stale'
  /** Past its grace, answered because the source failed. */
  | 'stale_error'
  | 'expired'
  /** Stored under another stamp of one of its tags, or one that is lost. */
  | 'untagged'
  | 'corrupt'
  | 'dirty'
  | 'busy'
  | 'unavailable'
  | 'loaded'
  | 'uncached'
  | 'failed'
  /** Not read to the end, because nobody waited for it any more. */
  | 'abandoned'
  /** Refreshed behind an answer. */
  | 'refreshed'
  | 'refresh_failed';

/** Where the keys of a policy were answered. */
export interface ReadCounts {
  add(policy: string, tier: ReadTier, outcome: ReadOutcome, keys: number): void;
  /** One outcome per key; counted together, because a label look-up per key would cost more than decoding it. */
  addEach(policy: string, tier: ReadTier, outcomes: readonly ReadOutcome[]): void;
}

export function createReadCounts(metrics: Metrics): ReadCounts {
  function add(policy: string, tier: ReadTier, outcome: ReadOutcome, keys: number): void {
    if (keys > 0) metrics.cacheReads.inc({ policy, tier, outcome }, keys);
  }

  return {
    add,
    addEach(policy, tier, outcomes) {
      const sums = new Map<ReadOutcome, number>();
      for (const outcome of outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + 1);
      for (const [outcome, keys] of sums) add(policy, tier, outcome, keys);
    },
  };
}
