import type { CacheKey, ChangedKey } from '../cache/policy.ts';
import type { LogRow } from '../database/log-stream.ts';
import type { PublishedColumns } from '../database/publication.ts';
import type { LoggedKey } from '../store/log-message.ts';
import type { Followed, FollowedRow, TableChanges } from '../store/table-changes.ts';

/** The datasources' declarations, by the names that stand in the log. */
export interface Registry {
  readonly columns: PublishedColumns;
  readonly changesOf: (table: string) => readonly TableChanges[];
  /** The key that a writer named; undefined where this gateway knows no such policy. */
  readonly toKey: (logged: LoggedKey) => ChangedKey | undefined;
}

export function createRegistry({ policies, tables }: Followed): Registry {
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const byTable = new Map<string, TableChanges[]>();
  for (const changes of tables) byTable.set(changes.table, [...(byTable.get(changes.table) ?? []), changes]);
  return {
    columns: new Map(
      [...byTable].map(([table, changes]) => [
        table,
        [...new Set(changes.flatMap(({ columns }) => columns))],
      ]),
    ),
    changesOf: (table) => byTable.get(table) ?? [],
    toKey({ policy: name, id, rowVersion }) {
      const policy = byName.get(name);
      return policy && { policy, id, rowVersion };
    },
  };
}

/** Undefined where a column is missing that `changes` reads. */
export function followedPart({ columns }: TableChanges, row: LogRow): FollowedRow | undefined {
  const part: Record<string, string> = {};
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) return undefined;
    part[column] = value;
  }
  return part;
}

/** One text per key; policies have no colon in their names. */
export const nameOf = ({ policy, id }: CacheKey): string => `${policy.name}:${id}`;
