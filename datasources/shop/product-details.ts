import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';

const productDetails = z.object({ description: z.string().nullable(), images: z.array(z.string()) });

/** What only a product's own page shows. */
export type ProductDetails = z.output<typeof productDetails>;

/** An entry of its own, since it is long and lists that do not show it should not have to fetch it. */
export const productDetailsPolicy: CachePolicy<string, ProductDetails> = {
  name: 'product-details',
  version: 1,
  key: (productId) => productId,
  freshForMs: 30 * 60_000,
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(productDetails),
};

export function createProductDetails({ store }: { readonly store: Store }) {
  const details = store.cached(productDetailsPolicy, selectProductDetails);
  return { get: details.load, getMany: details.loadMany };
}

async function selectProductDetails(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProductDetails>> {
  const rows = await db.rows<ProductDetails & { id: string }>(sql`
    SELECT id::text, description, images FROM products WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}
