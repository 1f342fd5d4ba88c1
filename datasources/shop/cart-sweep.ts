import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';
import type { Chore } from '../../src/upkeep/chore.ts';
import type { CartOwner } from './cart-owner.ts';
import { cartPolicy } from './carts.ts';

/** So few that no transaction is long. */
const atOnce = 500;

/** Visitors who have not come back for 30 days have no cart any more. Users' carts stay. */
export const createCartSweep = ({ openStore }: { readonly openStore: () => Store }): Chore => ({
  name: 'abandoned-carts',
  everyMs: 6 * 3_600_000,

  /** May run twice at the same time. */
  async run(): Promise<number> {
    const store = openStore();
    let count = 0;
    let last: string | undefined = '0';
    while (last !== undefined) {
      const after: string = last;
      last = await store.write(async (tx, changed) => {
        const swept = await deleteAbandoned(tx, after);
        for (const { owner } of swept) changed(cartPolicy, owner);
        count += swept.length;
        return swept.length < atOnce ? undefined : swept.at(-1)?.id;
      });
    }
    return count;
  },
});

interface Swept {
  readonly id: string;
  readonly owner: CartOwner;
}

/** Of the carts behind `after`, the first; in the order of their ids. */
function deleteAbandoned(tx: Queryable, after: string): Promise<readonly Swept[]> {
  return tx.rows<Swept>(sql`
    WITH abandoned AS (
      SELECT id FROM carts
      WHERE id > ${after}::bigint AND user_id IS NULL AND updated_at < now() - interval '30 days'
      ORDER BY id LIMIT ${atOnce} FOR UPDATE SKIP LOCKED
    ), swept AS (
      DELETE FROM carts USING abandoned WHERE carts.id = abandoned.id RETURNING carts.id, carts.owner
    )
    SELECT id::text, owner FROM swept ORDER BY swept.id`);
}
