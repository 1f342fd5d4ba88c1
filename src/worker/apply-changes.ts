import type { Cache, InvalidateOptions } from '../cache/cache.ts';
import type { Epochs } from '../cache/epochs.ts';
import type { CacheTag, ChangedKey } from '../cache/policy.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Queryable } from '../database/sql.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Transaction } from './collect.ts';
import { nameOf } from './registry.ts';

interface Needs {
  readonly cache: Cache;
  readonly epochs: Epochs;
  readonly metrics: Metrics;
}

/**
 * Evicts what a transaction changed, once it is visible on `primary`; resolves to whether Redis took all of it. May be
 * repeated.
 */
export type ApplyChanges = (transaction: Transaction, primary: Queryable) => Promise<boolean>;

/**
 * Fences stand at the *end* of the commit record: a replica that has replayed so far has the commit, and no position inside
 * the record can be taken for one behind it.
 *
 * Keys that the writer named are fenced only where Redis holds something older: the writer itself has fenced them. Nobody has
 * fenced the others, and there "as new" cannot be trusted:
 *
 * 1. Writer A commits and asks for the log's position.  2. B, past the gateway, commits the same row: its record is in the log,
 * the row not yet visible.  3. A gets a position behind B's record and fences there.  4. A reader leases under that fence, reads
 * the row of A, and labels it as new as B.
 */
export function createApplyChanges({ cache, epochs, metrics }: Needs): ApplyChanges {
  async function fence(
    keys: readonly (ChangedKey | CacheTag)[],
    lsn: Lsn,
    options: InvalidateOptions,
  ): Promise<boolean> {
    for (const one of keys) metrics.backstopKeys.inc({ policy: 'tag' in one ? '(tags)' : one.policy.name });
    return keys.length === 0 || cache.invalidate(keys, lsn, options);
  }

  return async ({ end, named, changed, tags, lookUps, everything }, primary) => {
    if (everything !== undefined) await epochs.raise('generation', everything);
    const found = new Map(changed.map((key) => [nameOf(key), key]));
    for (const [changes, rows] of lookUps) {
      for (const key of (await changes.lookUp?.(rows, primary)) ?? []) found.set(nameOf(key), key);
    }
    const taken = await Promise.all([
      ...named.map(({ keys, tags, mark }) => fence([...keys, ...tags], end, { conditional: true, mark })),
      fence([...found.values(), ...tags], end, { conditional: false }),
    ]);
    return !taken.includes(false);
  };
}
