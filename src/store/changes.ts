import type { Cache } from '../cache/cache.ts';
import type { CachePolicy, CacheTag, ChangedKey } from '../cache/policy.ts';

/** Names a cached row that the transaction changes. */
export interface Changed {
  <Key, Value>(policy: CachePolicy<Key, Value>, key: Key): void;
  /**
   * And says what it is after the transaction's last statement on it, as `UPDATE … RETURNING` gave it: where the policy counts
   * row versions, that is stored after the commit. What is said last of a row counts.
   */
  readonly to: <Key, Value>(policy: CachePolicy<Key, Value>, key: Key, value: Value) => void;
  /** Names what lists depend on (`CachePolicy.tags`): all that are kept under it become old. */
  readonly tag: (name: string) => void;
}

/** What one transaction has changed so far. */
export interface Changes {
  readonly changed: Changed;
  keys(): readonly ChangedKey[];
  tags(): readonly CacheTag[];
}

export function createChanges(cache: Pick<Cache, 'encode'>): Changes {
  const keys = new Map<string, ChangedKey>();
  const tags = new Set<string>();
  const note = (change: ChangedKey) => void keys.set(`${change.policy.name}:${change.id}`, change);
  const changed = <Key, Value>(policy: CachePolicy<Key, Value>, key: Key) =>
    note({ policy, id: policy.key(key) });
  const to = <Key, Value>(policy: CachePolicy<Key, Value>, key: Key, value: Value) =>
    note({
      policy,
      id: policy.key(key),
      rowVersion: policy.rowVersion?.(value),
      written: cache.encode(policy, value),
    });
  return {
    changed: Object.assign(changed, { to, tag: (name: string) => void tags.add(name) }),
    keys: () => [...keys.values()],
    tags: () => [...tags].map((tag) => ({ tag })),
  };
}
