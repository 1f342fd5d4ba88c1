import { sql, type Queryable } from '../database/sql.ts';

/** Who has not repeated a request for so long has heard what came of it. */
const keptDays = 30;

/** Removes outcomes that nobody will ask for again, at most `atOnce`; resolves to how many. */
export async function deleteOldOutcomes(tx: Queryable, atOnce: number): Promise<number> {
  const rows = await tx.rows(sql`
    DELETE FROM outcomes WHERE (user_id, operation, key) IN (
      SELECT user_id, operation, key FROM outcomes
      WHERE created_at < now() - make_interval(days => ${keptDays}::int) LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
    RETURNING 1`);
  return rows.length;
}
