import type { CacheKey, CachePolicy } from '../cache/policy.ts';
import type { Queryable } from '../database/sql.ts';

/** The followed columns of one row, as text. */
export type FollowedRow<Column extends string = string> = Readonly<Record<Column, string>>;

/**
 * Which entries a changed row of a table makes old, whoever has changed it. Declared beside the SQL that loads them; for one
 * table there may be several.
 */
export interface TableChanges<Column extends string = string> {
  readonly table: string;
  /** What the two below read. Each is NOT NULL and part of the table's replica identity, else its old value is not known. */
  readonly columns: readonly Column[];
  /** Entries that are made of this row. Asked about the row as it was and as it is. */
  keys?(row: FollowedRow<Column>): readonly CacheKey[];
  /**
   * Names of what lists depend on (`CachePolicy.tags`). Asked about a row that has come, about one that has gone, and about both
   * states of one of which a column in `columns` has changed: other changes leave the lists as they are.
   */
  tags?(row: FollowedRow<Column>): readonly string[];
  /**
   * Entries that hold copies of these columns and can only be found in the database. Asked on the primary once the change is
   * visible there, about rows of which a followed column has changed; one statement for all of them.
   */
  lookUp?(rows: readonly FollowedRow<Column>[], db: Queryable): Promise<readonly CacheKey[]>;
}

/** What is followed: the policies whose names stand in the messages of writers, and the tables. */
export interface Followed {
  readonly policies: readonly CacheKey['policy'][];
  readonly tables: readonly TableChanges[];
}

export function keyOf<Key, Value>(policy: CachePolicy<Key, Value>, key: Key): CacheKey {
  return { policy, id: policy.key(key) };
}
