import type { Random } from '../../../clock/random.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { toGlobalId } from '../../../../schema/global-id.ts';
import type { Words } from './words.ts';

export interface Catalogue {
  readonly count: number;
  /** The global id of the product at this place, from 0. */
  readonly idOf: (place: number) => string;
  readonly categories: readonly string[];
}

const chunk = 5_000;
const nameWords = 3;
const descriptionWords = 15;
const productsOfCategory = 500;

/** Fills a catalogue with products of 30 days, one in thirty of which is nearly sold out. */
export async function fillCatalogue(
  url: string,
  { words, random, count }: { readonly words: Words; readonly random: Random; readonly count: number },
): Promise<Catalogue> {
  const categories = Array.from(
    { length: Math.max(1, Math.ceil(count / productsOfCategory)) },
    (_, number) => `${words.one(random)} ${number}`,
  );
  const firstId = await withAdmin(url, async (client) => {
    let first: number | undefined;
    for (let done = 0; done < count; done += chunk) {
      const numbers = Array.from({ length: Math.min(chunk, count - done) }, (_, index) => done + index);
      const { rows } = await client.query<{ first: string }>(
        `WITH made AS (
           INSERT INTO products (name, price_minor, currency_code, category, description, images, created_at)
           SELECT name, 1000, 'EUR', category, description, '{https://images.example.com/1.jpg}', now() - interval '30 days'
           FROM unnest($1::text[], $2::text[], $3::text[]) AS t (name, category, description) RETURNING id
         ), stocked AS (INSERT INTO inventory SELECT id, CASE id % 30 WHEN 0 THEN 5 ELSE 500 END FROM made)
         SELECT min(id)::text AS first FROM made`,
        [
          numbers.map(() => words.text(random, nameWords)),
          numbers.map((number) => categories[number % categories.length]),
          numbers.map(() => words.text(random, descriptionWords)),
        ],
      );
      first ??= Number(rows[0]?.first);
    }
    await client.query('VACUUM (ANALYZE) products, inventory');
    return first ?? 0;
  });
  return { count, categories, idOf: (place) => toGlobalId('Product', String(firstId + place)) };
}
