import type { Lsn } from '../clock/lsn.ts';

/** Where values come from that are cached nowhere. */
export interface Source<Key, Value> {
  /** One statement for all keys, on a node that has replayed `atLeast`. Keys without a row are absent from the map. */
  load(keys: readonly Key[], need: LoadNeed): Promise<Loaded<Key, Value>>;
  /**
   * Names the database that holds a key, where there are several: each then gets a `load` of its own, in parallel with the
   * others, and may fail alone. Tags belong to one of them, for positions in different logs cannot be compared.
   */
  readonly shardOf?: ((key: Key) => string) | undefined;
}

export interface LoadNeed {
  readonly atLeast: Lsn;
  readonly primary: boolean;
  /** Aborted when nobody waits for any of the keys any more. */
  readonly signal?: AbortSignal;
}

export interface Loaded<Key, Value> {
  readonly values: ReadonlyMap<Key, Value>;
  /** The replica's position sampled before the statement; undefined when the primary answered. */
  readonly replayed: Lsn | undefined;
}
