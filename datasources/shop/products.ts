import { z } from 'zod';
import { currencyCodes, type CurrencyCode, type MinorMoney } from '../../schema/money.ts';
import { instant, jsonCodec, whole } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { done, refused, type Outcome } from '../../src/errors/refusal.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Page, PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import { inventoryPolicy } from './inventory.ts';
import { createListings, listingTag, listingTagsOf, type Category } from './listings.ts';
import { productDetailsPolicy } from './product-details.ts';
import { checkProduct, type ProductRefusal } from './product-checks.ts';
import type { Demand } from './demand.ts';
import { popularAbove, selectMostPopular } from './popularity.ts';
import { productFreshForMs } from './product-freshness.ts';
import { productTextsTag } from './search.ts';

const product = z.object({
  id: z.string(),
  name: z.string(),
  priceMinor: whole,
  currencyCode: z.enum(currencyCodes),
  category: z.string(),
  ratingHundredths: z.number().int().nullable(),
  mainImage: z.string().nullable(),
  createdAt: instant,
  standing: z.enum(['new', 'regular', 'popular']),
});

/** What lists show of a product; its long text and gallery are an entry of their own. */
export type Product = z.output<typeof product>;

export const productPolicy: CachePolicy<string, Product> = {
  name: 'product',
  version: 1,
  key: (id) => id,
  freshForMs: ({ standing }) => productFreshForMs(standing),
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(product),
};

/** A row is cut into two entries. */
export const productChanges: TableChanges<'id'> = {
  table: 'products',
  columns: ['id'],
  keys: ({ id }) => [keyOf(productPolicy, id), keyOf(productDetailsPolicy, id)],
};

/** A page of products, with what it was selected by, so that its total can be counted when it is asked for. */
export interface ProductList {
  readonly category: Category;
  readonly page: Page<Product>;
  readonly request: PageRequest;
}

export interface ProductValues {
  readonly name: string;
  readonly price: MinorMoney;
  readonly category: string;
  readonly description: string | null;
  readonly images: readonly string[];
}

export type ProductChanges = { readonly [Name in keyof ProductValues]?: ProductValues[Name] | undefined };

interface Needs {
  readonly store: Store;
  readonly demand: Pick<Demand, 'views'>;
}

export function createProducts({ store, demand: { views } }: Needs) {
  const products = store.cached(productPolicy, selectProducts);
  const listings = createListings({ store });

  return {
    get: products.load,
    getMany: products.loadMany,

    /** For a page of its own, which counts as a look at the product; a place in a list does not. */
    async view(id: string): Promise<Product | undefined> {
      const product = await products.load(id);
      if (product !== undefined) store.eachTime(views.add, id);
      return product;
    },

    /** Ids of the products that are looked at most. */
    listPopular: (most: number): Promise<readonly string[]> =>
      store.read((db) => selectMostPopular(db, most)),

    /** Newest first. */
    async list(category: Category, request: PageRequest): Promise<ProductList> {
      const ids = await listings.page(category, request);
      const items = (await products.loadMany(ids.items)).filter((item) => item !== undefined);
      return { category, request, page: { items, hasNextPage: ids.hasNextPage } };
    },

    count: (category: Category) => listings.size(category),

    async create(
      values: ProductValues,
      stock: number,
    ): Promise<Outcome<Product | undefined, ProductRefusal>> {
      const refusals = checkProduct({ ...values, stock });
      if (refusals.length > 0) return refused(...refusals);
      const id = await store.write(async (tx, changed) => {
        const made = await insertProduct(tx, values, stock);
        // A new row may be remembered as missing.
        changed(productPolicy, made);
        changed(productDetailsPolicy, made);
        changed(inventoryPolicy, made);
        changed.tag(productTextsTag);
        for (const tag of listingTagsOf(values.category.trim())) changed.tag(tag);
        return made;
      });
      return done(await products.load(id));
    },

    /** What is left out stays. The value is undefined where there is no such product. */
    async update(id: string, changes: ProductChanges): Promise<Outcome<Product | undefined, ProductRefusal>> {
      const refusals = checkProduct(changes);
      if (refusals.length > 0) return refused(...refusals);
      const updated = await store.write(async (tx, changed) => {
        changed(productPolicy, id);
        changed(productDetailsPolicy, id);
        const row = await updateProduct(tx, id, changes);
        if (row === undefined) return undefined;
        const { product, isReworded, oldCategory } = row;
        if (isReworded) changed.tag(productTextsTag);
        if (product.category !== oldCategory)
          for (const category of [oldCategory, product.category]) changed.tag(listingTag(category));
        return product;
      });
      return done(updated);
    },
  };
}

async function selectProducts(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
  const rows = await db.rows<Product>(sql`
    SELECT id::text, name, price_minor AS "priceMinor", currency_code AS "currencyCode", category,
      rating_hundredths AS "ratingHundredths", images[1] AS "mainImage", created_at AS "createdAt",
      CASE WHEN created_at > now() - interval '24 hours' THEN 'new'
        WHEN (SELECT heat FROM product_popularity WHERE product_id = id) - extract(epoch FROM now()) / 86400 >= ${popularAbove}
          THEN 'popular' ELSE 'regular' END AS standing
    FROM products WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}

async function insertProduct(tx: Queryable, values: ProductValues, stock: number): Promise<string> {
  const rows = await tx.rows<{ id: string }>(sql`
    WITH made AS (
      INSERT INTO products (name, price_minor, currency_code, category, description, images)
      VALUES (${values.name.trim()}, ${values.price.amountMinor}, ${values.price.currencyCode}, ${values.category.trim()},
        ${values.description}, ${values.images}::text[])
      RETURNING id
    )
    INSERT INTO inventory (product_id, stock) SELECT id, ${stock} FROM made RETURNING product_id::text AS id`);
  const id = onlyRow(rows)?.id;
  if (id === undefined) throw new Error('INSERT … RETURNING gave no row');
  return id;
}

interface Updated {
  readonly product: Product;
  readonly isReworded: boolean;
  readonly oldCategory: string;
}

/**
 * `jsonb_populate_record` takes what the changes name and keeps the rest of the row, nulls included. Resolves to what
 * `selectProducts` would find now, so that an answer costs the primary no read, and to whether the words have changed
 * that search looks at, and in which category it was.
 */
async function updateProduct(
  tx: Queryable,
  id: string,
  changes: ProductChanges,
): Promise<Updated | undefined> {
  const columns = JSON.stringify({
    name: changes.name?.trim(),
    price_minor: changes.price?.amountMinor.toString(),
    currency_code: changes.price?.currencyCode satisfies CurrencyCode | undefined,
    category: changes.category?.trim(),
    description: changes.description,
    images: changes.images,
  });
  const rows = await tx.rows<Product & Omit<Updated, 'product'>>(sql`
    UPDATE products SET (name, price_minor, currency_code, category, description, images) =
      (SELECT c.name, c.price_minor, c.currency_code, c.category, c.description, c.images
       FROM jsonb_populate_record(products, ${columns}::jsonb) AS c)
    FROM (SELECT id AS old_id, text_version AS old_version, category AS old_category FROM products WHERE id = ${id}::bigint FOR UPDATE) AS old
    LEFT JOIN product_popularity ON product_id = old_id
    WHERE products.id = old_id
    RETURNING products.id::text, name, price_minor AS "priceMinor", currency_code AS "currencyCode", category,
      rating_hundredths AS "ratingHundredths", images[1] AS "mainImage", created_at AS "createdAt",
      CASE WHEN created_at > now() - interval '24 hours' THEN 'new'
        WHEN heat - extract(epoch FROM now()) / 86400 >= ${popularAbove} THEN 'popular' ELSE 'regular' END AS standing,
      text_version <> old_version AS "isReworded", old_category AS "oldCategory"`);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { isReworded, oldCategory, ...product } = row;
  return { product, isReworded, oldCategory };
}
