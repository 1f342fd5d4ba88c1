import { laterLsn, type Lsn } from '../clock/lsn.ts';
import type { Batch, ReturnHook } from '../redis/redis.ts';

/** Invalidations that Redis has not taken. While there are any for a node, its breaker is open and nobody here reads it. */
export interface RetryQueue extends ReturnHook {
  add(entryKeys: readonly string[], lsn: Lsn): void;
  /** Something was changed and nobody can say any more under which keys. */
  lose(): void;
  size(): number;
}

interface Needs {
  readonly maxKeys: number;
  /** Resolves to the keys that were not taken. */
  readonly invalidate: (batch: Batch, entryKeys: readonly string[], lsn: Lsn) => Promise<readonly string[]>;
  /** Makes all entries unreachable; rejects where it could not. */
  readonly raiseGeneration: () => Promise<void>;
  readonly onOverflow: () => void;
}

/**
 * Bounded. Of more than `maxKeys` keys the names are dropped; then, before any node's breaker closes, the generation is
 * raised. Under the new one there are no fences: whoever sees it must raise its floor for replicas with it. What still has
 * its name is sent all the same, for until they have seen the new generation, others read under the old.
 *
 * Keys wait under the epochs that were in use when they were added. An epoch raised later is filled after the commit, and so
 * with what the commit has left.
 */
export function createRetryQueue({ maxKeys, invalidate, raiseGeneration, onOverflow }: Needs): RetryQueue {
  const waiting = new Map<string, Lsn>();
  /** How often names were lost, and how many of these losses the generation has made good. */
  let losses = 0;
  let repaired = 0;

  function add(entryKeys: readonly string[], lsn: Lsn): void {
    for (const entryKey of entryKeys) {
      const known = waiting.get(entryKey);
      if (known !== undefined || waiting.size < maxKeys) waiting.set(entryKey, laterLsn(known ?? lsn, lsn));
      else lose();
    }
  }

  function lose(): void {
    if (losses === repaired) onOverflow();
    losses += 1;
  }

  async function run(batch: Batch, owns: (key: string) => boolean): Promise<void> {
    if (losses > repaired) {
      const upTo = losses;
      await raiseGeneration();
      repaired = Math.max(repaired, upTo);
    }
    for (const [lsn, entryKeys] of byLsn(waiting, owns)) {
      const failed = new Set(await invalidate(batch, entryKeys, lsn));
      for (const entryKey of entryKeys) {
        // Unless it was added again meanwhile, at a later position.
        if (!failed.has(entryKey) && waiting.get(entryKey) === lsn) waiting.delete(entryKey);
      }
      if (failed.size > 0) throw new Error(`Redis did not take ${failed.size} invalidations`);
    }
  }

  return {
    add,
    lose,
    size: () => waiting.size,
    run,
    done: (owns) => losses === repaired && ![...waiting.keys()].some(owns),
  };
}

function byLsn(
  waiting: ReadonlyMap<string, Lsn>,
  owns: (key: string) => boolean,
): ReadonlyMap<Lsn, readonly string[]> {
  const groups = new Map<Lsn, string[]>();
  for (const [entryKey, lsn] of waiting) {
    if (!owns(entryKey)) continue;
    const group = groups.get(lsn);
    if (group === undefined) groups.set(lsn, [entryKey]);
    else group.push(entryKey);
  }
  return groups;
}
