import type { Database } from '../../database/database.ts';
import { sql } from '../../database/sql.ts';
import { recordBatch } from '../../write-behind/batches.ts';
import type { Batch } from '../../write-behind/buffer.ts';

export const countsTable = 'CREATE TABLE counts (field text PRIMARY KEY, n bigint NOT NULL)';

/** Applies batches of the buffer `clicks` to the table above; for controls also without the record of batches. */
export function createAddUp(database: Pick<Database, 'write'>, { isRecorded } = { isRecorded: true }) {
  return async ({ id, sums }: Batch): Promise<boolean> => {
    const { value } = await database.write(async (tx) => {
      if (isRecorded && !(await recordBatch(tx, 'clicks', id))) return false;
      await tx.rows(sql`
        INSERT INTO counts SELECT * FROM unnest(${[...sums.keys()]}::text[], ${[...sums.values()]}::bigint[])
        ON CONFLICT (field) DO UPDATE SET n = counts.n + excluded.n`);
      return true;
    });
    return value;
  };
}
