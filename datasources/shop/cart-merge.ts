import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Turns } from '../../src/limits/turns.ts';
import type { Store } from '../../src/store/store.ts';
import { mostOfOne } from './cart-edits.ts';
import { userOwner, visitorOwner } from './cart-owner.ts';
import { cartTurn, openCart } from './cart-rows.ts';
import { cartPolicy, type CartLine } from './carts.ts';

/** What `cart_lines_in_one_cart` refuses to exceed. */
const mostProducts = 100;

/** The cart of somebody who signs in goes over into the user's. */
export function createCartMerge({ store, turns }: { readonly store: Store; readonly turns: Turns }) {
  /**
   * Quantities add up, to 999 at most; of products that are new to the user's cart, the first to be put into the other one
   * find room. The visitor's cart is gone afterwards, so that merging again, also at the same moment, changes nothing; nor
   * does a token that stands for no cart.
   */
  return async function merge(userId: string, token: string): Promise<void> {
    const [visitor, user] = [visitorOwner(token), userOwner(userId)];
    await turns.take(cartTurn(user), () =>
      store.write(async (tx, changed) => {
        // The visitor's first, always: two merges of one cart must not wait for each other.
        const from = await lockCart(tx, visitor);
        if (from === undefined) return;
        const into = await openCart(tx, user);
        if (into === undefined) throw new Error('INSERT … RETURNING gave no row');
        const lines = await moveLines(tx, from, into.id);
        changed(cartPolicy, visitor);
        changed.to(cartPolicy, user, { version: into.version, lines: [...lines] });
      }),
    );
  };
}

async function lockCart(tx: Queryable, owner: string): Promise<string | undefined> {
  const rows = await tx.rows<{ id: string }>(sql`
    SELECT id::text FROM carts WHERE owner = ${owner} FOR UPDATE`);
  return onlyRow(rows)?.id;
}

/** Both carts are locked. Resolves to all lines that are then in the second; the first is deleted. */
function moveLines(tx: Queryable, from: string, into: string): Promise<readonly CartLine[]> {
  return tx.rows<CartLine>(sql`
    WITH own AS (
      SELECT product_id, quantity, added_at FROM cart_lines WHERE cart_id = ${into}::bigint
    ), brought AS (
      SELECT product_id, quantity, added_at FROM cart_lines WHERE cart_id = ${from}::bigint
    ), known AS (
      SELECT * FROM brought WHERE product_id IN (SELECT product_id FROM own)
    ), new AS (
      SELECT * FROM brought WHERE product_id NOT IN (SELECT product_id FROM own)
      ORDER BY added_at, product_id LIMIT (SELECT greatest(${mostProducts} - count(*), 0) FROM own)
    ), moved AS (
      INSERT INTO cart_lines AS line (cart_id, product_id, quantity, added_at)
      SELECT ${into}::bigint, product_id, quantity, added_at FROM (SELECT * FROM known UNION ALL SELECT * FROM new)
      ON CONFLICT (cart_id, product_id) DO UPDATE
        SET quantity = least(line.quantity + excluded.quantity, ${mostOfOne})
      RETURNING product_id, quantity, added_at
    ), gone AS (
      DELETE FROM carts WHERE id = ${from}::bigint
    ), held AS (
      SELECT * FROM moved UNION ALL SELECT * FROM own WHERE product_id NOT IN (SELECT product_id FROM moved)
    )
    SELECT product_id::text AS "productId", quantity FROM held ORDER BY added_at, product_id`);
}
