import { sql, type Queryable } from '../../src/database/sql.ts';
import type { CartLine } from './carts.ts';

// Each of these changes lines of a cart that the transaction has locked before, and resolves to all that are then there: no
// other edit lies between what it sees and what it writes.

interface Put {
  readonly cartId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Whether what was there stays, too. */
  readonly adds: boolean;
}

/** Never read, changed and written back: what is added to is the row as it is. */
export function putLine(
  tx: Queryable,
  { cartId, productId, quantity, adds }: Put,
): Promise<readonly CartLine[]> {
  return tx.rows<CartLine>(sql`
    WITH put AS (
      INSERT INTO cart_lines AS line (cart_id, product_id, quantity)
      VALUES (${cartId}::bigint, ${productId}::bigint, ${quantity})
      ON CONFLICT (cart_id, product_id) DO UPDATE
        SET quantity = excluded.quantity + CASE WHEN ${adds}::boolean THEN line.quantity ELSE 0 END
      RETURNING product_id, quantity, added_at
    ), held AS (
      SELECT * FROM put UNION ALL
      SELECT product_id, quantity, added_at FROM cart_lines
      WHERE cart_id = ${cartId}::bigint AND product_id <> ${productId}::bigint
    )
    SELECT product_id::text AS "productId", quantity FROM held ORDER BY added_at, product_id`);
}

export function deleteLine(tx: Queryable, cartId: string, productId: string): Promise<readonly CartLine[]> {
  return tx.rows<CartLine>(sql`
    WITH removed AS (
      DELETE FROM cart_lines WHERE cart_id = ${cartId}::bigint AND product_id = ${productId}::bigint
    )
    SELECT product_id::text AS "productId", quantity FROM cart_lines
    WHERE cart_id = ${cartId}::bigint AND product_id <> ${productId}::bigint ORDER BY added_at, product_id`);
}

export async function deleteLines(tx: Queryable, cartId: string): Promise<readonly CartLine[]> {
  await tx.rows(sql`DELETE FROM cart_lines WHERE cart_id = ${cartId}::bigint`);
  return [];
}
