import { sql, type Queryable } from './sql.ts';

/** Made by a migration; holds exactly the tables that are followed. */
export const publication = 'cache_followed';

/** Tables by name with the columns to be published. */
export type PublishedColumns = ReadonlyMap<string, readonly string[]>;

/** Adds the tables that are not published, as far as this role may; resolves to those of which something is still missing. */
export async function completePublication(
  db: Queryable,
  wanted: PublishedColumns,
): Promise<readonly string[]> {
  const missing = await findMissing(db, wanted);
  for (const table of missing) {
    const columns = (wanted.get(table) ?? []).map((column) => `"${column}"`).join(', ');
    // Where it is published with other columns, or is not ours to publish, the second look says so.
    await db
      .rows({ ...plain, text: `ALTER PUBLICATION ${publication} ADD TABLE "${table}" (${columns})` })
      .catch(() => undefined);
  }
  return missing.length === 0 ? [] : findMissing(db, wanted);
}

const plain = { name: '', values: [] };

async function findMissing(db: Queryable, wanted: PublishedColumns): Promise<readonly string[]> {
  const rows = await db.rows<{ table: string; columns: readonly string[] }>(sql`
    SELECT tablename::text AS table, attnames::text[] AS columns FROM pg_publication_tables
    WHERE pubname = ${publication} AND schemaname = ANY(current_schemas(false))`);
  const published = new Map(rows.map((row) => [row.table, new Set(row.columns)]));
  return [...wanted]
    .filter(([table, columns]) => !columns.every((column) => published.get(table)?.has(column)))
    .map(([table]) => table);
}
