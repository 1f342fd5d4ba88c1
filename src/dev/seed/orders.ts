import type { Client } from 'pg';

/** So many products of one currency, from one of them on, each of them once to three times. */
const orders = [
  { username: 'alice', currency: 'EUR', daysAgo: 40, from: 1, count: 2 },
  { username: 'alice', currency: 'CHF', daysAgo: 12, from: 5, count: 1 },
  { username: 'alice', currency: 'EUR', daysAgo: 3, from: 20, count: 4 },
  { username: 'bob', currency: 'CHF', daysAgo: 8, from: 11, count: 3 },
  { username: 'carol', currency: 'USD', daysAgo: 25, from: 2, count: 1 },
  { username: 'carol', currency: 'EUR', daysAgo: 1, from: 9, count: 2 },
] as const;

/** What alice, bob and carol have bought of the seeded products, at their prices. */
export async function seedOrders(client: Client): Promise<void> {
  for (const order of orders) {
    await client.query(
      `WITH bought AS (
         SELECT id AS product_id, name, price_minor, place, 1 + (place % 3)::integer AS quantity
         FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM products WHERE currency_code = $2) AS sold
         WHERE place >= $4 AND place < $4 + $5
       ), placed AS (
         INSERT INTO orders (user_id, status, currency_code, total_minor, placed_at)
         SELECT users.id, 'PLACED', $2, (SELECT sum(quantity * price_minor) FROM bought), now() - make_interval(days => $3)
         FROM users WHERE username = $1 RETURNING id
       )
       INSERT INTO order_lines (order_id, line, product_id, name, quantity, unit_price_minor)
       SELECT placed.id, row_number() OVER (ORDER BY place), product_id, name, quantity, price_minor FROM placed, bought`,
      [order.username, order.currency, order.daysAgo, order.from, order.count],
    );
  }
}
