import type { Acquire } from './acquire.ts';
import type { Background } from './background.ts';
import type { Flights } from './flights.ts';
import type { Loads } from './loads.ts';
import { startWanted, type Question, type Wanted } from './wanted.ts';

/** Renews values that have just been served, behind the answer. */
export interface Refreshes {
  /** Those of `question` that were found to be due. */
  start<Key, Value>(question: Question<Key, Value>): void;
}

interface Needs {
  readonly background: Background;
  readonly flights: Flights;
  readonly acquire: Acquire;
  readonly loads: Loads;
}

/**
 * One refresh at a time over all gateways, and none that undoes an invalidation:
 *
 * 1. Reader A serves an old value and claims it: compare-and-set on its nonce. Others are refused, and go on serving it.
 * 2. A reads the row from the source, before the commit.
 * 3. A writer commits, replaces the value by a fence and is answered.
 * 4. A stores what it has: refused, for A's nonce is not there any more, nor will it ever be again.
 *
 * The value has not moved between 1 and 3, so A's claim costs nobody anything, and if A dies or the source fails it runs out.
 */
export function createRefreshes({ background, flights, acquire, loads }: Needs): Refreshes {
  /** In this process; spares the attempts to claim what is claimed. */
  const underWay = new Set<string>();

  function start<Key, Value>({ policy, source, wanted }: Question<Key, Value>): void {
    const due = wanted
      .filter(({ claimable, entryKey }) => claimable !== '' && !underWay.has(entryKey))
      .map(startAgain);
    if (due.length === 0) return;
    for (const { entryKey } of due) underWay.add(entryKey);
    const refreshing = refresh({ policy, source, wanted: due }).finally(() => {
      for (const { entryKey } of due) underWay.delete(entryKey);
    });
    background.run('cache refresh', refreshing);
  }

  async function refresh<Key, Value>({ policy, source, wanted }: Question<Key, Value>): Promise<void> {
    // Who has lost the claim leaves it at that: whatever Redis holds by now is not looked at.
    const { token, held } = await acquire(policy, wanted, () => 'expired');
    await loads.run({ policy, source, wanted: held }, token, true);
  }

  /** With a flight that nobody waits for. */
  function startAgain<Key, Value>(one: Wanted<Key, Value>): Wanted<Key, Value> {
    const { id, key, entryKey, tagKeys, claimable } = one;
    const again = startWanted({ id, key, entryKey, tagKeys, flight: flights.start<Value>(entryKey, false) });
    again.claimable = claimable;
    return again;
  }

  return { start };
}
