import type { Database } from '../../../database/database.ts';
import type { Queryable, Sql } from '../../../database/sql.ts';

/**
 * For controls: check-outs that look whether there is enough and take it later, with neither lock nor condition. `looked` is
 * awaited between the two. The column's own range must be off as well: it alone would keep the stock from being oversold.
 */
export const lookThenTake = (database: Database, looked: () => Promise<void>): Database => ({
  ...database,
  write: (work, ...rest) => database.write((tx) => work(careless(tx, looked)), ...rest),
});

/** What the range is called in the database. */
export const withoutRange = 'ALTER TABLE inventory DROP CONSTRAINT inventory_stock_range';

const careless = (tx: Queryable, looked: () => Promise<void>): Queryable => ({
  async rows<Row>(statement: Sql) {
    const look = without(statement, /\s+FOR NO KEY UPDATE OF i$/);
    if (look === undefined)
      return tx.rows<Row>(
        without(statement, / AND i\.stock >= wanted\.quantity(?=\s+RETURNING)/) ?? statement,
      );
    const rows = await tx.rows<Row>(look);
    await looked();
    return rows;
  },
});

/** The statement without the part; undefined where it has no such part. */
function without({ name, text, values }: Sql, part: RegExp): Sql | undefined {
  if (!part.test(text)) return undefined;
  return { name: `careless ${name}`, text: text.replace(part, ''), values };
}
