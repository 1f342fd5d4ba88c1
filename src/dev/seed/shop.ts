import type { Client } from 'pg';

const categories = ['books', 'kitchen', 'garden', 'games', 'audio'] as const;
const adjectives = [
  'Quiet',
  'Copper',
  'Folding',
  'Northern',
  'Everyday',
  'Little',
  'Bright',
  'Second',
] as const;
const things = {
  books: ['Atlas', 'Cookbook', 'Field Guide', 'Notebook', 'Reader'],
  kitchen: ['Kettle', 'Pan', 'Grinder', 'Teapot', 'Board'],
  garden: ['Lantern', 'Trowel', 'Bench', 'Planter', 'Rake'],
  games: ['Chess Set', 'Puzzle', 'Card Deck', 'Kite', 'Dominoes'],
  audio: ['Speaker', 'Headphones', 'Radio', 'Turntable', 'Microphone'],
} as const;

/** Five categories of forty products each: stock from none to plenty, prices from 3.00 to about 200. */
export async function seedShop(client: Client): Promise<void> {
  const products = categories.flatMap((category, shelf) =>
    adjectives.flatMap((adjective, row) =>
      things[category].map((thing, place) => {
        const number = shelf * 40 + row * 5 + place;
        return {
          number,
          name: `${adjective} ${thing}`,
          price_minor: 300 + ((number * 7_919) % 20_000),
          currency_code: (['EUR', 'CHF', 'USD'] as const)[number % 3],
          category,
          rating_hundredths: number % 11 === 0 ? null : 250 + ((number * 37) % 251),
          description: `**${adjective} ${thing}.** Made to be used every day, and to be repaired when it breaks.`,
          images: [
            `https://images.example.com/${category}/${number}.jpg`,
            `https://images.example.com/${category}/${number}-back.jpg`,
          ],
          stock: number % 13 === 0 ? 0 : (number * 17) % 120,
        };
      }),
    ),
  );
  await client.query(
    `WITH made AS (
       INSERT INTO products (name, price_minor, currency_code, category, rating_hundredths, description, images, created_at)
       SELECT name, price_minor, currency_code, category, rating_hundredths, description, images, now() - interval '30 days'
       FROM jsonb_to_recordset($1::jsonb) AS p (number integer, name text, price_minor bigint,
         currency_code text, category text, rating_hundredths smallint, description text, images text[])
       ORDER BY number
       RETURNING id, name, category
     )
     INSERT INTO inventory (product_id, stock)
     SELECT made.id, p.stock FROM made
     JOIN jsonb_to_recordset($1::jsonb) AS p (name text, category text, stock integer) USING (name, category)`,
    [JSON.stringify(products)],
  );
}
