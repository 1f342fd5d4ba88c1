import { createCartEdits, type Shopper } from '../../datasources/shop/cart-edits.ts';
import { userOwner } from '../../datasources/shop/cart-owner.ts';
import { cachedCarts, type Cart } from '../../datasources/shop/carts.ts';
import { createTurns, type Turns } from '../limits/turns.ts';
import { openAccounts, storeOf, type Gateway } from './accounts.ts';
import { onServer } from './database.ts';

export type Carts = Awaited<ReturnType<typeof openCarts>>;

/** A database with some products, and gateways whose carts are used below GraphQL. */
export async function openCarts() {
  const accounts = await openAccounts();
  const psql = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
    onServer<Row>(accounts.primaryUrl, text, values);
  const rows = await psql<{ id: string }>(
    `INSERT INTO products (name, price_minor, currency_code, category)
     SELECT 'Peg', 10, 'EUR', 'pegs' FROM generate_series(1, 4) RETURNING id::text`,
  );
  let users = 0;

  return {
    ...accounts,
    psql,
    product: (index: number): string => rows[index]?.id ?? '',

    async newUser(): Promise<string> {
      const [row] = await psql<{ id: string }>(
        `INSERT INTO users (username, password_hash, display_name) VALUES ($1, '-', '-') RETURNING id::text`,
        [`user${(users += 1)}`],
      );
      return row?.id ?? '';
    },

    /** Each is for one request. */
    editsOf: (gateway: Gateway, turns: Turns = createTurns()) =>
      createCartEdits({ store: storeOf(gateway), turns }),

    /** A request of its own. */
    async look(gateway: Gateway, userId: string): Promise<Cart | undefined> {
      const cart = await cachedCarts(storeOf(gateway)).load(userOwner(userId));
      await gateway.cache.idle();
      return cart;
    },

    async versionOf(userId: string): Promise<number> {
      const [row] = await psql<{ version: string }>('SELECT version FROM carts WHERE user_id = $1', [userId]);
      return Number(row?.version);
    },
  };
}

export const shopperOf = (userId: string): Shopper => ({ kind: 'user', userId });

export const quantities = (cart: Cart | undefined): ReadonlyMap<string, number> =>
  new Map((cart?.lines ?? []).map(({ productId, quantity }) => [productId, quantity]));
