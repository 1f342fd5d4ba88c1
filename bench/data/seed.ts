import type { Client } from 'pg';
import { withAdmin } from '../../src/dev/postgres/admin-client.ts';
import { follows } from '../../src/dev/postgres/replica.ts';
import { seedLinks } from '../../src/testing/prove/redirects/seeded-links.ts';
import type { Stage } from '../../src/testing/prove/stage.ts';
import { populate } from '../../src/testing/prove/targets/population.ts';
import { seedChats } from '../../src/testing/prove/targets/seed-chats.ts';
import { firstPriceMinor, type Population, type Sizes, type Span } from './population.ts';

/** Products in one category: two pages of them. */
const categorySize = 40;
/** Where a user's group stands among the user's chats. */
const group = 1;

/** The same rows for every server, in the database of a stage. */
export async function seed(stage: Stage, sizes: Sizes, servers: readonly string[]): Promise<Population> {
  const users = await populate(stage, sizes.users);
  const { chatsOf } = await seedChats({ stage, population: users, products: sizes.products });
  const chats = await Promise.all(
    Array.from({ length: sizes.users }, async (_, place) => ({
      chatId: chatsOf(place)[group] ?? '',
      token: await users.tokenOf(place),
    })),
  );
  const categories = Math.max(1, Math.floor(sizes.products / categorySize));
  const ownProducts: Record<string, Span> = {};
  const products = await withAdmin(stage.servers.primaryUrl, async (client) => {
    for (const server of servers) ownProducts[server] = await insertProducts(client, sizes.ownProducts, 1);
    return insertProducts(client, sizes.products, categories);
  });
  const { ids } = await seedLinks(stage, sizes.links);
  if (!(await follows(stage.replica, stage.primary))) throw new Error('the replica does not follow');
  return {
    ...{ products, categories, chats, ownProducts },
    links: { firstId: ids[0] ?? '', count: ids.length },
    adminToken: await users.tokenOfLogin('admin'),
  };
}

/** Priced 10.00, spread over so many categories; as old as most of a shop's, so that none counts as new. */
async function insertProducts(client: Client, count: number, categories: number): Promise<Span> {
  const { rows } = await client.query<{ firstId: string }>(
    `WITH made AS (
       INSERT INTO products (name, price_minor, currency_code, category, rating_hundredths, description, images, created_at)
       SELECT 'Product ' || n, $3, 'EUR', 'category-' || n % $2, 300 + n % 200,
         'Number ' || n || '. ' || repeat('It is as good as it looks, and lasts. ', 5),
         ARRAY['https://images.example.com/' || n || '/1.jpg', 'https://images.example.com/' || n || '/2.jpg'],
         now() - interval '30 days'
       FROM generate_series(0, $1::int - 1) AS n ORDER BY n RETURNING id),
     stocked AS (INSERT INTO inventory SELECT id, 5 + id % 50 FROM made)
     SELECT min(id)::text AS "firstId" FROM made HAVING max(id) - min(id) + 1 = $1`,
    [count, categories, firstPriceMinor],
  );
  return { firstId: rows[0]?.firstId ?? '', count };
}
