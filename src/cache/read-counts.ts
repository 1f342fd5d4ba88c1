import type { Metrics } from '../metrics/metrics.ts';
import { tallyOf } from '../metrics/tally.ts';
import type { ReadOutcome } from './outcomes.ts';

export type ReadTier = 'l1' | 'flight' | 'redis' | 'source';

/** Where the keys of a policy were answered. */
export interface ReadCounts {
  add(policy: string, tier: ReadTier, outcome: ReadOutcome, keys: number): void;
  /** One copy that was there. */
  peeked(policy: string): void;
  /** One outcome per key; counted together, because a label look-up per key would cost more than decoding it. */
  addEach(policy: string, tier: ReadTier, outcomes: readonly ReadOutcome[]): void;
}

export function createReadCounts(metrics: Metrics): ReadCounts {
  const peeks = new Map<string, () => void>();

  function add(policy: string, tier: ReadTier, outcome: ReadOutcome, keys: number): void {
    if (keys > 0) metrics.cacheReads.inc({ policy, tier, outcome }, keys);
  }

  return {
    add,
    peeked(policy) {
      let tally = peeks.get(policy);
      if (tally === undefined) {
        tally = tallyOf(metrics.cacheReads, { policy, tier: 'l1', outcome: 'hit' });
        peeks.set(policy, tally);
      }
      tally();
    },
    addEach(policy, tier, outcomes) {
      const sums = new Map<ReadOutcome, number>();
      for (const outcome of outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + 1);
      for (const [outcome, keys] of sums) add(policy, tier, outcome, keys);
    },
  };
}
