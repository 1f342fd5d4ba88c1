import { sql, type Queryable } from '../../src/database/sql.ts';
import { recordBatch } from '../../src/write-behind/batches.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';

/** Views count half after so long. `product_popularity.heat` counts in days, too. */
const halfLifeMs = 24 * 3_600_000;

/** With so many views of late, a product counts as popular. */
const popularFrom = 100;
/** By how much the heat of such a product is above the day, counted from 1970. */
export const popularAbove = Math.log2(popularFrom);

/**
 * Applies a batch of views by product id, as of the moment in which the batch was begun. Products that have gone are passed
 * over, lest one batch failed for ever. In the order of the ids, for two batches may be under way. The power is bounded: below
 * 2 ^ -60 it changes nothing, and far below that Postgres calls it an error.
 */
export async function addViews(tx: Queryable, { id, since, sums }: Batch): Promise<boolean> {
  if (!(await recordBatch(tx, 'product-views', id))) return false;
  const day = since / halfLifeMs;
  const heats = [...sums.values()].map((views) => day + Math.log2(views));
  await tx.rows(sql`
    INSERT INTO product_popularity AS known (product_id, heat)
    SELECT products.id, viewed.heat
    FROM unnest(${[...sums.keys()]}::bigint[], ${heats}::double precision[]) AS viewed (product_id, heat)
    JOIN products ON products.id = viewed.product_id
    ORDER BY products.id
    ON CONFLICT (product_id) DO UPDATE SET heat = greatest(known.heat, excluded.heat)
      + ln(1 + power(2::double precision, -least(60, abs(known.heat - excluded.heat)))) / ln(2::double precision)`);
  return true;
}

/** Ids of the products that are looked at most, the first of them first. */
export async function selectMostPopular(db: Queryable, most: number): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT product_id::text AS id FROM product_popularity ORDER BY heat DESC, product_id LIMIT ${most}`);
  return rows.map(({ id }) => id);
}
