import type { Queryable } from '../../src/database/sql.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql } from '../../src/database/sql.ts';
import type { Basket } from './basket.ts';
import type { LockedLine } from './cart-rows.ts';
import type { Order } from './orders.ts';

/** A line of which there are not as many. */
export interface Short {
  readonly line: LockedLine;
  readonly stock: number;
}

/**
 * Locks the stock of all lines to the end of the transaction, in the order of the products; empty where there is enough of
 * each. What has too little already is not waited for: a crowd that comes too late is told so at once.
 */
export async function lockStock(tx: Queryable, lines: Basket['lines']): Promise<readonly Short[]> {
  const locked = await tx.rows<{ productId: string }>(sql`
    SELECT i.product_id::text AS "productId"
    FROM inventory i JOIN unnest(${productIds(lines)}::bigint[], ${quantities(lines)}::integer[])
      AS wanted (product_id, quantity) USING (product_id)
    WHERE i.stock >= wanted.quantity
    ORDER BY i.product_id FOR NO KEY UPDATE OF i`);
  if (locked.length === lines.length) return [];
  const enough = new Set(locked.map(({ productId }) => productId));
  return selectShort(
    tx,
    lines.filter(({ productId }) => !enough.has(productId)),
  );
}

/** A later look than the one that found them short: what came in between shows in what the buyer is told, and in nothing else. */
async function selectShort(tx: Queryable, lines: readonly LockedLine[]): Promise<readonly Short[]> {
  const rows = await tx.rows<{ productId: string; stock: number }>(sql`
    SELECT product_id::text AS "productId", stock FROM inventory WHERE product_id = ANY(${productIds(lines)}::bigint[])`);
  const stocks = new Map(rows.map(({ productId, stock }) => [productId, stock]));
  return lines.map((line) => ({ line, stock: stocks.get(line.productId) ?? 0 }));
}

interface NewOrder {
  readonly userId: string;
  readonly basket: Basket;
  /** The buyer's entry in the bank's ledger; undefined where it is not paid now. */
  readonly entryId: string | undefined;
}

/**
 * Takes the stock, by a conditional update of its own, and makes the order with its lines: one statement. Throws where there
 * is too little, which who holds the locks of `lockStock` never meets.
 */
export async function insertOrder(tx: Queryable, { userId, basket, entryId }: NewOrder): Promise<Order> {
  const { lines, total } = basket;
  const status = entryId === undefined ? 'PLACED' : 'PAID';
  const rows = await tx.rows<{ id: string; placedAt: Date; paidAt: Date | null }>(sql`
    WITH taken AS (
      UPDATE inventory i SET stock = i.stock - wanted.quantity
      FROM unnest(${productIds(lines)}::bigint[], ${quantities(lines)}::integer[]) AS wanted (product_id, quantity)
      WHERE i.product_id = wanted.product_id AND i.stock >= wanted.quantity
      RETURNING i.product_id
    ), made AS (
      INSERT INTO orders (user_id, status, currency_code, total_minor, payment_entry_id, paid_at)
      SELECT ${userId}::bigint, ${status}, ${total.currencyCode}, ${total.amountMinor}, ${entryId ?? null}::bigint,
        CASE WHEN ${status} = 'PAID' THEN now() END
      WHERE (SELECT count(*) FROM taken) = ${lines.length}
      RETURNING id, placed_at, paid_at
    ), lines AS (
      INSERT INTO order_lines (order_id, line, product_id, name, quantity, unit_price_minor)
      SELECT made.id, l.line, l.product_id, l.name, l.quantity, l.unit_price_minor
      FROM made, unnest(${productIds(lines)}::bigint[], ${lines.map(({ name }) => name)}::text[],
        ${quantities(lines)}::integer[], ${lines.map(({ priceMinor }) => priceMinor)}::bigint[])
        WITH ORDINALITY AS l (product_id, name, quantity, unit_price_minor, line)
    )
    SELECT id::text, placed_at AS "placedAt", paid_at AS "paidAt" FROM made`);
  const row = onlyRow(rows);
  if (row === undefined) throw new Error('the stock fell under a lock');
  return {
    id: row.id,
    userId,
    status,
    placedAt: row.placedAt,
    currencyCode: total.currencyCode,
    totalMinor: total.amountMinor,
    payment: entryId === undefined || row.paidAt === null ? null : { entryId, paidAt: row.paidAt },
    lines: lines.map(({ productId, name, quantity, priceMinor }) => ({
      productId,
      name,
      quantity,
      unitPriceMinor: priceMinor,
    })),
  };
}

const productIds = (lines: readonly LockedLine[]) => lines.map(({ productId }) => productId);
const quantities = (lines: readonly LockedLine[]) => lines.map(({ quantity }) => quantity);
