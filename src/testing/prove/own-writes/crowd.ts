import { onServer } from '../../database.ts';
import type { Stage } from '../stage.ts';

/** A category with more products than are cached of a list. */
export const crowded = 'crowded';

/**
 * As many products as are cached of a list, newer than all there are. Resolves to the cursor behind the last of them: a product that
 * is older and comes into the category stands there.
 */
export async function crowdIn({ servers }: Stage): Promise<string> {
  const [first] = await onServer<{ id: string }>(
    servers.primaryUrl,
    `WITH made AS (
       INSERT INTO products (name, price_minor, currency_code, category)
       SELECT 'One of many', 100, 'EUR', $1 FROM generate_series(1, 101) RETURNING id
     ) SELECT min(id)::text AS id FROM made`,
    [crowded],
  );
  return Buffer.from(`products:${first?.id ?? ''}`).toString('base64url');
}
