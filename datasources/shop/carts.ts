import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Loader, Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { CartOwner } from './cart-owner.ts';

const cart = z.object({
  version: z.int(),
  /** In the order in which they were put in. */
  lines: z.array(z.object({ productId: z.string(), quantity: z.int() })),
});

/** What somebody means to buy: ids and quantities. What a product costs and is called is asked of the product. */
export type Cart = z.output<typeof cart>;
export type CartLine = Cart['lines'][number];

/** A user's without a row. */
export const emptyCart: Cart = { version: 0, lines: [] };

/** Every edit writes it through. Not in L1: two devices of one user mostly ask two gateways. */
export const cartPolicy: CachePolicy<CartOwner, Cart> = {
  name: 'cart',
  version: 1,
  key: (owner) => owner,
  freshForMs: 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: false,
  codec: jsonCodec(cart),
  rowVersion: ({ version }) => version,
};

/** One row, one entry; whoever changes a line changes the row. */
export const cartChanges: TableChanges<'owner'> = {
  table: 'carts',
  columns: ['owner'],
  keys: ({ owner }) => [keyOf(cartPolicy, owner as CartOwner)],
};

export const cachedCarts = (store: Store): Loader<CartOwner, Cart> => store.cached(cartPolicy, selectCarts);

async function selectCarts(
  db: Queryable,
  owners: readonly CartOwner[],
): Promise<ReadonlyMap<CartOwner, Cart>> {
  const rows = await db.rows<{ owner: CartOwner; version: bigint; lines: readonly CartLine[] }>(sql`
    SELECT owner, version, lines FROM carts CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('productId', product_id::text, 'quantity', quantity) ORDER BY added_at, product_id
      ), '[]') AS lines
      FROM cart_lines WHERE cart_id = carts.id
    ) AS held
    WHERE owner = ANY(${owners}::text[])`);
  return new Map(
    rows.map(({ owner, version, lines }) => [owner, { version: Number(version), lines: [...lines] }]),
  );
}
