import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import type { TableChanges } from '../../src/store/table-changes.ts';

/** All products where no category is named. */
export type Category = string | undefined;

const head = z.object({ ids: z.array(z.string()), isWhole: z.boolean() });

/** The newest products of a listing: ids alone, so that a price in a list is that of the product's own entry. */
type Head = z.output<typeof head>;

const minuteMs = 60_000;

const life = {
  version: 1,
  key: (category: Category) => (category === undefined ? 'all' : `in:${category}`),
  staleForMs: minuteMs,
  staleIfErrorMs: 60 * minuteMs,
  missingForMs: 0,
  tiers: 'redis',
  strict: false,
  tags: (category: Category) => [listingTag(category)],
} as const;

export const listingPolicy: CachePolicy<Category, Head> = {
  name: 'product-listing',
  ...life,
  // Anybody can ask for categories that nobody has heard of.
  freshForMs: ({ ids }) => (ids.length === 0 ? minuteMs : 10 * minuteMs),
  codec: jsonCodec(head),
};

export const listingSizePolicy: CachePolicy<Category, number> = {
  name: 'product-listing-size',
  ...life,
  freshForMs: (size) => (size === 0 ? minuteMs : 10 * minuteMs),
  codec: jsonCodec(z.number().int().nonnegative()),
};

/** Which products a listing has. Raised where one comes, goes, or changes its category. */
export const listingTag = (category: Category): string => `products-${life.key(category)}`;

/** Of a product that comes or goes. */
export const listingTagsOf = (category: string): readonly string[] => [
  listingTag(undefined),
  listingTag(category),
];

export const listingChanges: TableChanges<'category'> = {
  table: 'products',
  columns: ['category'],
  tags: ({ category }) => listingTagsOf(category),
};

/** As many as the largest page shows, and the one that tells of more. */
const headSize = 101;
/** As long as the gateway lets them be. A longer one was written past it, or by nobody: it is not worth an entry. */
const longestCategory = 60;

export function createListings({ store }: { readonly store: Store }) {
  const heads = store.cached(listingPolicy, selectHeads);
  const sizes = store.cached(listingSizePolicy, selectSizes);

  return {
    /** Ids, newest first. What lies behind the newest is read from a replica each time. */
    async page(category: Category, request: PageRequest): Promise<Page<string>> {
      const known = isKept(category) ? pageIn(await heads.load(category), request) : undefined;
      return known ?? pageOf(await store.read((db) => selectIds(db, category, request)), request);
    },

    async size(category: Category): Promise<number> {
      if (!isKept(category))
        return (await store.read((db) => selectSizes(db, [category]))).get(category) ?? 0;
      const known = await heads.load(category);
      return known?.isWhole === true ? known.ids.length : ((await sizes.load(category)) ?? 0);
    },
  };
}

const isKept = (category: Category) => category === undefined || category.length <= longestCategory;

/** Undefined where the page reaches beyond the head. */
function pageIn(found: Head | undefined, request: PageRequest): Page<string> | undefined {
  if (found === undefined) return undefined;
  const { after, limit } = request;
  const ids = after === undefined ? found.ids : found.ids.filter((id) => BigInt(id) < BigInt(after));
  return ids.length > limit || found.isWhole ? pageOf(ids, request) : undefined;
}

/** Each category by the index that has its newest products in their order. */
async function selectHeads(
  db: Queryable,
  categories: readonly Category[],
): Promise<ReadonlyMap<Category, Head>> {
  const rows = await db.rows<{ category: string | null; ids: readonly string[] }>(sql`
    SELECT category, ARRAY(
      SELECT id::text FROM products WHERE products.category = wanted.category
      ORDER BY products.id DESC LIMIT ${headSize}
    ) AS ids
    FROM unnest(${named(categories)}::text[]) AS wanted (category)
    UNION ALL
    SELECT NULL, ARRAY(SELECT id::text FROM products ORDER BY products.id DESC LIMIT ${headSize})
    WHERE ${categories.includes(undefined)}`);
  return new Map(
    rows.map(({ category, ids }) => [
      category ?? undefined,
      { ids: [...ids], isWhole: ids.length < headSize },
    ]),
  );
}

async function selectSizes(
  db: Queryable,
  categories: readonly Category[],
): Promise<ReadonlyMap<Category, number>> {
  const rows = await db.rows<{ category: string | null; size: bigint }>(sql`
    SELECT category, (SELECT count(*) FROM products WHERE products.category = wanted.category) AS size
    FROM unnest(${named(categories)}::text[]) AS wanted (category)
    UNION ALL
    SELECT NULL, (SELECT count(*) FROM products) WHERE ${categories.includes(undefined)}`);
  return new Map(rows.map(({ category, size }) => [category ?? undefined, Number(size)]));
}

const named = (categories: readonly Category[]) => categories.filter((category) => category !== undefined);

async function selectIds(
  db: Queryable,
  category: Category,
  { after, limit }: PageRequest,
): Promise<readonly string[]> {
  const before = after ?? '9223372036854775807';
  const rows =
    category === undefined
      ? await db.rows<{ id: string }>(sql`
          SELECT id::text FROM products WHERE id < ${before}::bigint ORDER BY products.id DESC LIMIT ${limit + 1}`)
      : await db.rows<{ id: string }>(sql`
          SELECT id::text FROM products WHERE category = ${category} AND id < ${before}::bigint
          ORDER BY products.id DESC LIMIT ${limit + 1}`);
  return rows.map((row) => row.id);
}
