import type { CacheKey } from '../cache/policy.ts';
import type { LogRow } from '../database/log-stream.ts';
import type { PublishedColumns } from '../database/publication.ts';
import type { Followed, FollowedRow, TableChanges } from '../store/changes.ts';

/** The datasources' declarations, by the names that stand in the log. */
export interface Registry {
  readonly columns: PublishedColumns;
  readonly changesOf: (table: string) => readonly TableChanges[];
  /** The key that a writer named `<policy>:<id>`; undefined where this gateway knows no such policy. */
  readonly toKey: (name: string) => CacheKey | undefined;
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
    toKey(name) {
      const colon = name.indexOf(':');
      const policy = byName.get(name.slice(0, colon));
      return policy && { policy, id: name.slice(colon + 1) };
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
