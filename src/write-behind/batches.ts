import { sql, type Queryable } from '../database/sql.ts';

/**
 * For `apply`, first in its transaction: notes that the batch is applied. False where it was before, also by a
 * transaction under way, whose end is waited for; then nothing of the batch may be written.
 */
export async function recordBatch(tx: Queryable, name: string, id: string): Promise<boolean> {
  const recorded = await tx.rows(sql`
    INSERT INTO write_behind_batches (name, id) VALUES (${name}, ${id}) ON CONFLICT DO NOTHING RETURNING id`);
  if (recorded.length === 0) return false;
  // A sealed batch stands before all later ones, so it is not pruned while it can still be repeated.
  await tx.rows(sql`
    DELETE FROM write_behind_batches WHERE (name, id) IN (
      SELECT name, id FROM write_behind_batches
      WHERE name = ${name} AND applied_at < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED)`);
  return true;
}
