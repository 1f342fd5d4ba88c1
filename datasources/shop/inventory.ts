import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { violatedConstraint } from '../../src/database/failures.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Store } from '../../src/store/store.ts';
import { maxQuantity } from './product-checks.ts';
import { inventoryFreshForMs } from './product-freshness.ts';

const inventory = z.object({ productId: z.string(), stock: z.number().int().nonnegative() });

/** How many of a product there are. */
export type Inventory = z.output<typeof inventory>;

/** Strict: nobody is told that something is in stock which was sold before. */
export const inventoryPolicy: CachePolicy<string, Inventory> = {
  name: 'inventory',
  version: 1,
  key: (productId) => productId,
  freshForMs: ({ stock }) => inventoryFreshForMs(stock),
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(inventory),
};

/** One row, one entry. */
export const inventoryChanges: TableChanges<'product_id'> = {
  table: 'inventory',
  columns: ['product_id'],
  keys: (row) => [keyOf(inventoryPolicy, row.product_id)],
};

export function createInventory({ store }: { readonly store: Store }) {
  const inventories = store.cached(inventoryPolicy, selectInventories);

  return {
    get: inventories.load,
    getMany: inventories.loadMany,

    /** Adds to the stock. The value is undefined where there is no such product. */
    async restock(
      productId: string,
      quantity: number,
    ): Promise<Outcome<Inventory | undefined, 'INVALID_QUANTITY'>> {
      if (quantity < 1 || quantity > maxQuantity) return refused(invalidQuantity('between 1 and 1,000,000'));
      try {
        await store.write(async (tx, changed) => {
          await addStock(tx, productId, quantity);
          changed(inventoryPolicy, productId);
        });
      } catch (error) {
        if (violatedConstraint(error) === 'inventory_stock_range')
          return refused(invalidQuantity('less: the shelf is full'));
        throw error;
      }
      return done(await inventories.load(productId));
    },
  };
}

const invalidQuantity = (range: string) =>
  about('quantity', 'INVALID_QUANTITY', `The quantity must be ${range}.`);

async function selectInventories(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Inventory>> {
  const rows = await db.rows<Inventory>(sql`
    SELECT product_id::text AS "productId", stock FROM inventory WHERE product_id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.productId);
}

async function addStock(tx: Queryable, productId: string, quantity: number): Promise<void> {
  await tx.rows(
    sql`UPDATE inventory SET stock = stock + ${quantity} WHERE product_id = ${productId}::bigint`,
  );
}
