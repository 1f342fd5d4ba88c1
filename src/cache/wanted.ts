import type { Lsn } from '../clock/lsn.ts';
import type { Source } from './cache.ts';
import type { RowVersion } from './entry.ts';
import type { Flight } from './flights.ts';
import type { CachePolicy } from './policy.ts';

/** One key that a read has to answer, with what is learned about it on the way. */
export interface Wanted<Key, Value> {
  readonly id: string;
  readonly key: Key;
  readonly entryKey: string;
  readonly flight: Flight<Value>;
  /** The highest LSN that the source must have replayed, as far as Redis has told. */
  fence: Lsn;
  /** The least version that the row must have, as far as Redis has told. */
  row: RowVersion;
  /** Head of a value in Redis that cannot be used, or ''. */
  unusable: string;
}

/** Keys of one policy that are read together. */
export interface Question<Key, Value> {
  readonly policy: CachePolicy<Key, Value>;
  readonly source: Source<Key, Value>;
  readonly wanted: readonly Wanted<Key, Value>[];
}
