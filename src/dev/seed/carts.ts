import type { Client } from 'pg';

/** For each person three products, in as many currencies. */
export async function seedCarts(client: Client): Promise<void> {
  await client.query(
    `WITH made AS (
       INSERT INTO carts (owner, user_id)
       SELECT 'user ' || id, id FROM users WHERE username IN ('alice', 'bob', 'carol') ORDER BY id
       RETURNING id, user_id
     )
     INSERT INTO cart_lines (cart_id, product_id, quantity)
     SELECT made.id, products.id, products.id % 3 + 1 FROM made
     JOIN products ON products.id BETWEEN made.user_id * 3 AND made.user_id * 3 + 2`,
  );
}
