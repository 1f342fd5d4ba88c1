import type { Encoded } from './entry.ts';

/** How one kind of entity is kept. Declared once, beside the SQL that loads it. Durations in milliseconds. */
export interface CachePolicy<Key, Value> {
  /** Unique over the gateway; part of every key and a label in the metrics. */
  readonly name: string;
  /** Raise it when the stored shape changes: entries of the old shape are then never read again. */
  readonly version: number;
  /** The id part of the Redis key; encoded by the keyspace, so any string will do. */
  key(key: Key): string;
  readonly freshForMs: number | ((value: Value) => number);
  /** Grace after `freshForMs` in which a value is served while one reader refreshes it. */
  readonly staleForMs: number;
  /** After the grace, a value is kept for so long, to be served where the source fails; not for strict policies. */
  readonly staleIfErrorMs?: number;
  /** How long "there is no such row" is remembered; 0 never. */
  readonly missingForMs: number;
  readonly tiers: 'l1+redis' | 'redis';
  /** Longest life of a copy in this process; 10 s when absent. */
  readonly l1ForMs?: number;
  /**
   * Never stale under any single fault: no L1, read from the primary, and past the cache when in doubt. Writers claim the
   * entry before COMMIT, so such a write costs one round trip to Redis more.
   */
  readonly strict: boolean;
  readonly codec: Codec<Value>;
  /**
   * Counts the states of the one row that the value is made of (a `version` column, raised by every UPDATE); lets a writer
   * store what it has written. It never falls: a row that is deleted and made again under the same key must go on counting.
   */
  readonly rowVersion?: ((value: Value) => number) | undefined;
  /** What a list depends on beside its own key; a change of any tag makes the entry a miss. Not with L1, not for strict policies. */
  readonly tags?: ((key: Key) => readonly string[]) | undefined;
}

/** Turns values into text and back. `decode` throws on anything that `encode` did not make: the entry is then a miss. */
export interface Codec<Value> {
  encode(value: Value): string;
  decode(text: string): Value;
}

/** An entry that a write has changed. */
export interface ChangedKey extends CacheKey {
  /** The row's version after the write, where it is known: a value that has it need not be invalidated for this write. */
  readonly rowVersion?: number | undefined;
  /** The row after the write, ready to be stored. */
  readonly written?: Encoded | undefined;
}

/** An entry of any policy, as the cache's bookkeeping sees it. */
export interface CacheKey {
  readonly policy: Pick<CachePolicy<never, never>, 'name' | 'version' | 'tiers' | 'strict'>;
  /** What `policy.key` returned. */
  readonly id: string;
}

/** What lists depend on; its name is one of those that the `tags` of their policies return. */
export interface CacheTag {
  readonly tag: string;
}
