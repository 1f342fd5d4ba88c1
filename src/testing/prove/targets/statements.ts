import { onServer } from '../../database.ts';
import { rounded } from '../measures.ts';
import type { Stage } from '../stage.ts';

/** How often the servers have run each statement, by its text. */
export type Statements = ReadonlyMap<string, number>;

/** Of all servers of the stage, each of which must count what it runs. */
export async function readStatements({ servers }: Stage): Promise<Statements> {
  const calls = new Map<string, number>();
  for (const url of [servers.primaryUrl, ...servers.replicaUrls]) {
    const rows = await onServer<{ query: string; calls: number }>(
      url,
      `SELECT query, sum(calls)::integer AS calls FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY query`,
    );
    for (const row of rows) {
      const text = row.query.replaceAll(/\s+/g, ' ').trim();
      calls.set(text, (calls.get(text) ?? 0) + row.calls);
    }
  }
  return calls;
}

export function statementsSince(after: Statements, before: Statements): Statements {
  const more = [...after].map(([text, calls]) => [text, calls - (before.get(text) ?? 0)] as const);
  return new Map(more.filter(([, calls]) => calls > 0));
}

/** Of statements for which `counts` says 1; -1 takes away what another one has brought along. */
export function sumOf(statements: Statements, counts: (text: string) => number): number {
  return [...statements].reduce((sum, [text, calls]) => sum + calls * counts(text), 0);
}

/** Whether it reads rows of a domain and locks none. */
export const isRead = (text: string): boolean =>
  /^SELECT .* FROM /.test(text) && !/ FOR (NO KEY )?UPDATE|\bpg_|cache_epochs|graphile_worker/.test(text);

const shownLength = 120;

/** Those that come at least once in a hundred requests, with how often they come in one, the most frequent first. */
export function inOneRequest(statements: Statements, requests: number): Readonly<Record<string, number>> {
  const each = [...statements].map(
    ([text, calls]) => [text.slice(0, shownLength), rounded(calls / requests)] as const,
  );
  return Object.fromEntries(
    each.filter(([, calls]) => calls > 0).toSorted(([, one], [, other]) => other - one),
  );
}
