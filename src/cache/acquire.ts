import type { Clock } from '../clock/clock.ts';
import { laterLsn } from '../clock/lsn.ts';
import type { Examine } from './examine.ts';
import type { CachePolicy } from './policy.ts';
import type { ReadOutcome } from './outcomes.ts';
import type { ReadCounts } from './read-counts.ts';
import type { CacheSettings } from './settings.ts';
import type { LeaseAnswer, SharedTier } from './shared-tier.ts';
import type { Stamp } from './stamps.ts';
import type { Wanted } from './wanted.ts';

/**
 * Takes, in one round trip and before the source's snapshot, whatever a load must hold: a lease of each key, so that an
 * invalidation after the snapshot finds it and takes it away; a claim instead, where a value is to stay; and the stamps
 * of all tags.
 */
export type Acquire = <Key, Value>(
  policy: CachePolicy<Key, Value>,
  wanted: readonly Wanted<Key, Value>[],
  examine: Examine,
) => Promise<Acquired<Key, Value>>;

export interface Acquired<Key, Value> {
  readonly token: string;
  readonly held: readonly Wanted<Key, Value>[];
  /** Somebody else holds them, or they were granted too long ago. */
  readonly busy: readonly Wanted<Key, Value>[];
  /** Dirty, or Redis did not say, or holds something that cannot be used: to be read, but not filled. */
  readonly unknown: readonly Wanted<Key, Value>[];
}

interface Needs {
  readonly clock: Clock;
  readonly shared: SharedTier;
  readonly settings: Pick<CacheSettings, 'leaseMs' | 'claimMs'>;
  readonly counts: ReadCounts;
  readonly nextToken: () => string;
}

type Verdict = 'held' | 'busy' | 'unknown' | 'answered';

/**
 * A process that is kept busy reads the grant of a lease long after Redis gave it:
 *
 * 1. Gateway A asks for the lease, gets it, and does not come to read the answer.
 * 2. The lease ends; gateway B gets it, and is as busy as A.
 * 3. Both come to read their answers, and each would load under a lease that it does not hold.
 *
 * So what was asked for so long ago counts as somebody else's, and is asked for again.
 */
export function createAcquire({ clock, shared, counts, settings, nextToken }: Needs): Acquire {
  return async (policy, wanted, examine) => {
    const token = nextToken();
    const tagKeys = [...new Set(wanted.flatMap((one) => one.tagKeys))];
    const askedAt = clock.monotonic();
    const { answers, stamps } = await shared.lease(wanted, token, tagKeys);
    const tookMs = clock.monotonic() - askedAt;
    const stampOf = new Map(tagKeys.map((tagKey, index) => [tagKey, stamps[index]]));
    const lists = new Map<Verdict, Wanted<never, never>[]>();
    wanted.forEach((one, index) => {
      noteStamps(one, stampOf);
      const verdict = judge(policy, one, answers[index] ?? { kind: 'unavailable' }, examine, tookMs);
      const list = lists.get(verdict) ?? [];
      lists.set(verdict, list);
      list.push(one as unknown as Wanted<never, never>);
    });
    const listed = (verdict: Verdict) => (lists.get(verdict) ?? []) as unknown as typeof wanted;
    return { token, held: listed('held'), busy: listed('busy'), unknown: listed('unknown') };
  };

  function judge<Key, Value>(
    policy: CachePolicy<Key, Value>,
    one: Wanted<Key, Value>,
    answer: LeaseAnswer,
    examine: Examine,
    tookMs: number,
  ): Verdict {
    if (answer.kind === 'unavailable') return 'unknown';
    if (answer.kind === 'value') return judgeValue(examine(policy, one, answer.entry), one);
    one.fence = laterLsn(one.fence, answer.fence);
    switch (answer.kind) {
      case 'leased':
        one.row = answer.row;
        if (tookMs >= (one.claimable === '' ? settings.leaseMs : settings.claimMs)) return 'busy';
        one.hold = one.claimable === '' ? 'lease' : 'claim';
        return 'held';
      case 'busy':
        one.row = answer.row;
        return 'busy';
      case 'dirty':
        counts.add(policy.name, 'redis', 'dirty', 1);
        return 'unknown';
      case 'failing':
        if (one.fallback === undefined) return 'busy';
        counts.add(policy.name, 'redis', 'stale_error', 1);
        one.flight.land(one.fallback.value);
        return 'answered';
      case 'gone':
        // Invalidated since it was seen: not to be fallen back on, and leased in the next round.
        one.claimable = '';
        one.fallback = undefined;
        return 'busy';
    }
  }
}

function judgeValue<Key, Value>(outcome: ReadOutcome, one: Wanted<Key, Value>): Verdict {
  if (outcome === 'hit' || outcome === 'absent' || outcome === 'stale') return 'answered';
  // Still a value that may be fallen back on, but under another nonce: its claim is asked for in the next round.
  return one.claimable === '' ? 'unknown' : 'busy';
}

function noteStamps<Key, Value>(
  one: Wanted<Key, Value>,
  stampOf: ReadonlyMap<string, Stamp | undefined>,
): void {
  const stamps = one.tagKeys.map((tagKey) => stampOf.get(tagKey));
  one.stamps = stamps.map((stamp) => stamp?.nonce);
  for (const stamp of stamps) if (stamp !== undefined) one.fence = laterLsn(one.fence, stamp.lsn);
}
