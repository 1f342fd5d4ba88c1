import type { CurrencyCode } from '../../schema/money.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Changed } from '../../src/store/store.ts';
import { userIdOf, userOwner, type CartOwner } from './cart-owner.ts';
import { cartPolicy, type Cart, type CartLine } from './carts.ts';

/** For `turns.take`: whoever is about to lock a cart's row waits there for those before. */
export const cartTurn = (owner: CartOwner): string => `cart ${owner}`;

/** A cart whose row this transaction has locked. */
export interface RaisedCart {
  readonly id: string;
  /** That of the state which this transaction will leave behind. */
  readonly version: number;
}

/** Locks a cart and raises its version; makes it where there was none. */
export async function openCart(tx: Queryable, owner: CartOwner): Promise<RaisedCart | undefined> {
  return toRaised(
    await tx.rows<RaisedRow>(sql`
      INSERT INTO carts (owner, user_id) VALUES (${owner}, ${userIdOf(owner)}::bigint)
      ON CONFLICT (owner) DO UPDATE SET version = nextval('cart_versions'), updated_at = now()
      RETURNING id::text, version`),
  );
}

/** The same where there is one; undefined where there is none. */
export async function raiseCart(tx: Queryable, owner: CartOwner): Promise<RaisedCart | undefined> {
  return toRaised(
    await tx.rows<RaisedRow>(sql`
      UPDATE carts SET version = nextval('cart_versions'), updated_at = now() WHERE owner = ${owner}
      RETURNING id::text, version`),
  );
}

interface RaisedRow {
  readonly id: string;
  readonly version: bigint;
}

function toRaised(rows: readonly RaisedRow[]): RaisedCart | undefined {
  const row = onlyRow(rows);
  return row === undefined ? undefined : { id: row.id, version: Number(row.version) };
}

/** A line as an order sees it, at this moment. */
export interface LockedLine {
  readonly productId: string;
  readonly quantity: number;
  readonly name: string;
  readonly priceMinor: bigint;
  readonly currencyCode: CurrencyCode;
}

/**
 * Locks a user's cart to the end of the transaction and resolves to what is in it, in its order; nothing where there is no
 * cart. Every edit takes this lock first. The lines are a statement of their own: one that waits for the lock would see
 * them as they were before.
 */
export async function lockCartLines(tx: Queryable, userId: string): Promise<readonly LockedLine[]> {
  const locked = await tx.rows<{ id: string }>(sql`
    SELECT id::text FROM carts WHERE owner = ${userOwner(userId)} FOR NO KEY UPDATE`);
  const id = onlyRow(locked)?.id;
  if (id === undefined) return [];
  return tx.rows<LockedLine>(sql`
    SELECT product_id::text AS "productId", quantity, name, price_minor AS "priceMinor",
      currency_code AS "currencyCode"
    FROM cart_lines JOIN products ON products.id = product_id
    WHERE cart_id = ${id}::bigint ORDER BY added_at, product_id`);
}

type RemainingRow = { readonly version: bigint } & (
  CartLine | { readonly productId: null; readonly quantity: null }
);

/** Takes what was ordered out of a cart whose lines this transaction has locked, and names the changed entry. */
export async function removeOrdered(
  tx: Queryable,
  changed: Changed,
  userId: string,
  productIds: readonly string[],
): Promise<void> {
  const owner = userOwner(userId);
  const rows = await tx.rows<RemainingRow>(sql`
    WITH raised AS (
      UPDATE carts SET version = nextval('cart_versions'), updated_at = now() WHERE owner = ${owner}
      RETURNING id, version
    ), ordered AS (
      DELETE FROM cart_lines USING raised WHERE cart_id = raised.id AND product_id = ANY(${productIds}::bigint[])
    )
    SELECT version, product_id::text AS "productId", quantity FROM raised
    LEFT JOIN cart_lines ON cart_id = raised.id AND NOT product_id = ANY(${productIds}::bigint[])
    ORDER BY added_at, product_id`);
  const version = onlyRow(rows)?.version;
  if (version === undefined) return;
  const lines = rows.flatMap(({ productId, quantity }) =>
    productId === null ? [] : [{ productId, quantity }],
  );
  changed.to(cartPolicy, owner, { version: Number(version), lines } satisfies Cart);
}
