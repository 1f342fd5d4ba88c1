import { sql, type Queryable } from '../../src/database/sql.ts';

/** So many months beyond the present one. */
const monthsAhead = 3;

/** The partition of the month that a moment lies in, unless it is there. */
export async function makePartition(tx: Queryable, moment: Date): Promise<void> {
  await tx.rows(sql`SELECT make_link_partition(${moment}::timestamptz)`);
}

/** Those of this month and of the next ones; resolves to how many were missing. */
export async function makePartitionsAhead(tx: Queryable): Promise<number> {
  const rows = await tx.rows<{ made: boolean }>(sql`
    SELECT make_link_partition(now() + make_interval(months => month)) AS made
    FROM generate_series(0, ${monthsAhead}::int) AS month`);
  return rows.filter(({ made }) => made).length;
}
