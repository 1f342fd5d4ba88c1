import { idOf, toGlobalId } from '../../../schema/global-id.ts';
import { onServer } from '../database.ts';
import { postQuery, type Answer } from '../gateway.ts';
import type { Person, World } from '../world.ts';

/** What a client is told of a check-out. */
export interface CheckOutAnswer {
  readonly checkOut: {
    readonly order: OrderSeen | null;
    readonly userErrors: readonly {
      readonly code: string;
      readonly message: string;
      readonly field: readonly string[] | null;
    }[];
  };
}

interface OrderSeen {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: string; readonly currencyCode: string };
  readonly lines: readonly {
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: { readonly amount: string };
    readonly total: { readonly amount: string };
  }[];
}

interface CheckOutInput {
  readonly idempotencyKey: string;
  readonly currencyCode?: string;
  /** A global id. */
  readonly payFromAccountId?: string;
}

const checkOutDocument = `mutation ($input: CheckOutInput!) {
  checkOut(input: $input) {
    order { id status total { amount currencyCode } lines { name quantity unitPrice { amount } total { amount } } }
    userErrors { code message field }
  }
}`;

/** Ways to buy in a world, and to look past its gateways. */
export type Shopping = ReturnType<typeof createShopping>;

export function createShopping({ database, gateway }: Pick<World, 'database' | 'gateway'>) {
  const { primaryUrl } = database;
  const one = async <Row extends object>(text: string, values: readonly unknown[]) =>
    (await onServer<Row & Record<string, unknown>>(primaryUrl, text, values))[0];

  return {
    /** Puts products into a person's cart past the gateways, in place of what is in it; quantities by the products' keys. */
    async fillCart(person: Pick<Person, 'id'>, quantities: Readonly<Record<string, number>>): Promise<void> {
      await one(
        `WITH emptied AS (DELETE FROM cart_lines USING carts WHERE cart_id = carts.id AND user_id = $1),
         cart AS (
           INSERT INTO carts (owner, user_id) VALUES ('user ' || $1, $1)
           ON CONFLICT (owner) DO UPDATE SET version = nextval('cart_versions') RETURNING id)
         SELECT id FROM cart`,
        [idOf('User', person.id)],
      );
      await one(
        `INSERT INTO cart_lines (cart_id, product_id, quantity)
         SELECT id, product_id::bigint, quantity::integer FROM carts, jsonb_each_text($2) AS l (product_id, quantity)
         WHERE user_id = $1`,
        [idOf('User', person.id), JSON.stringify(quantities)],
      );
    },

    /** Through the world's first gateway when none is given. */
    checkOut: (
      person: Pick<Person, 'token'>,
      input: CheckOutInput,
      url = gateway.url,
    ): Promise<Answer<CheckOutAnswer>> =>
      postQuery(url, checkOutDocument, { variables: { input }, token: person.token }),

    /** What a client is shown, of a product's key. */
    async shownStock(productId: string, url = gateway.url): Promise<number | undefined> {
      const { data } = await postQuery<{ product: { inventory: { stock: number } } }>(
        url,
        'query ($id: ID!) { product(id: $id) { inventory { stock } } }',
        { variables: { id: toGlobalId('Product', productId) } },
      );
      return data?.product.inventory.stock;
    },

    /** What Postgres holds. */
    stock: async (productId: string) =>
      (await one<{ stock: number }>('SELECT stock FROM inventory WHERE product_id = $1', [productId]))?.stock,

    /** By the products' keys. */
    async cart(person: Pick<Person, 'id'>): Promise<Readonly<Record<string, number>>> {
      const row = await one<{ lines: Readonly<Record<string, number>> | null }>(
        `SELECT jsonb_object_agg(product_id::text, quantity) AS lines
         FROM carts JOIN cart_lines ON cart_id = carts.id WHERE user_id = $1`,
        [idOf('User', person.id)],
      );
      return row?.lines ?? {};
    },

    /** So many orders of one product, made past the gateways: the first of one item, the next of two, and so on. */
    async orderPastGateways(person: Pick<Person, 'id'>, productId: string, count: number): Promise<void> {
      await one(
        `WITH made AS (
           INSERT INTO orders (user_id, status, currency_code, total_minor)
           SELECT $1, 'PLACED', 'EUR', 1999 * n FROM generate_series(1, $3) AS n RETURNING id, total_minor)
         INSERT INTO order_lines (order_id, line, product_id, name, quantity, unit_price_minor)
         SELECT id, 1, $2, 'Kettle', total_minor / 1999, 1999 FROM made`,
        [idOf('User', person.id), productId, count],
      );
    },

    /** How many orders of a person Postgres holds. */
    orders: async (person: Pick<Person, 'id'>) =>
      (
        await one<{ count: number }>('SELECT count(*)::integer AS count FROM orders WHERE user_id = $1', [
          idOf('User', person.id),
        ])
      )?.count,
  };
}
