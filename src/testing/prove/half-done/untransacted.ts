import type { Database } from '../../../database/database.ts';
import { sql, type Queryable } from '../../../database/sql.ts';

/** For a control: every statement of a transaction is committed by itself. */
export const untransacted = (database: Database): Database => ({
  ...database,
  write: (work, ...rest) => database.write((tx) => work(committing(tx)), ...rest),
});

const committing = (tx: Queryable): Queryable => ({
  async rows<Row>(statement: Parameters<Queryable['rows']>[0]) {
    const rows = await tx.rows<Row>(statement);
    await tx.rows(sql`COMMIT AND CHAIN`);
    return rows;
  },
});
