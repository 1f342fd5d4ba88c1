import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { patience } from '../../src/testing/backstop.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { postJson } from '../../src/testing/post-json.ts';
import { onServer } from '../../src/testing/database.ts';
import { createShopping } from '../../src/testing/shopping.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let admin: Person;
let buyer: Person;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  admin = await world.somebody('ADMIN');
  buyer = await world.somebody();
});
afterAll(() => world.close());

interface Shown {
  readonly price: string | undefined;
  readonly stock: number | undefined;
}

interface Product {
  readonly id: string;
  readonly price: { readonly amount: string };
  readonly inventory: { readonly stock: number };
}

const everywhere = `query ($id: ID!) {
  product(id: $id) { ...shown }
  viewer { cart { lines { product { ...shown } total { amount } } } }
}
fragment shown on Product { id price { amount } inventory { stock } }`;

interface Everywhere {
  readonly product: Product;
  readonly viewer: {
    readonly cart: {
      readonly lines: readonly { readonly product: Product; readonly total: { readonly amount: string } }[];
    };
  };
}

/** Price and stock as the buyer sees them: the product itself, in the cart. */
async function look(gateway: Gateway, id: string, consistencyToken?: string) {
  const { body } = await postJson(
    `${gateway.url}/graphql`,
    { query: everywhere, variables: { id } },
    {
      authorization: `Bearer ${buyer.token}`,
      ...(consistencyToken === undefined ? {} : { 'x-consistency-token': consistencyToken }),
    },
  );
  const { data } = body as { readonly data: Everywhere };
  const line = data.viewer.cart.lines.find(({ product }) => product.id === id);
  const shownOf = (product: Product | undefined): Shown => ({
    price: product?.price.amount,
    stock: product?.inventory.stock,
  });
  return { product: shownOf(data.product), inCart: shownOf(line?.product), total: line?.total.amount };
}

const showing = (price: string, stock: number, total: string) => ({
  product: { price, stock },
  inCart: { price, stock },
  total,
});

/** Resolves to the token of consistency that a client sends back. */
async function change(mutation: string, variables: Record<string, unknown>): Promise<string> {
  const response = await fetch(`${world.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
    body: JSON.stringify({ query: mutation, variables }),
  });
  const { errors } = (await response.json()) as { readonly errors?: unknown };
  expect(errors).toBeUndefined();
  return response.headers.get('x-consistency-token') ?? '';
}

/** Cached in both gateways wherever it is shown, with two of it in the cart. */
async function shownProduct(stock: number): Promise<string> {
  const id = toGlobalId('Product', await world.product({ stock }));
  await createShopping(second.url).add(buyer, idOf('Product', id), 2);
  for (let times = 0; times < 2; times += 1) {
    for (const gateway of [world.gateway, second]) {
      expect(await look(gateway, id)).toEqual(showing('19.99', stock, '39.98'));
      await gateway.app.idle();
    }
  }
  return id;
}

describe('a price that is changed', () => {
  it('shows at once in the product and in carts, on every gateway', async () => {
    const id = await shownProduct(25);
    const token = await change(
      `mutation ($id: ID!) {
        updateProduct(input: { id: $id, price: { amount: "5.00", currencyCode: EUR } }) { userErrors { code } }
      }`,
      { id },
    );
    const changed = showing('5.00', 25, '10.00');
    expect(await look(world.gateway, id)).toEqual(changed);
    expect(await look(second, id, token)).toEqual(changed);
    // Who sends no token may be shown a copy of that process, until the bus has told it.
    await vi.waitFor(async () => expect(await look(second, id)).toEqual(changed), patience);
  });
});

describe('a price that is changed past the gateways', () => {
  it('stays as it was while nobody follows the log: the control', async () => {
    const id = await shownProduct(25);
    await onServer(world.database.primaryUrl, 'UPDATE products SET price_minor = 500 WHERE id = $1', [
      idOf('Product', id),
    ]);
    for (const gateway of [world.gateway, second])
      expect(await look(gateway, id)).toEqual(showing('19.99', 25, '39.98'));
  });
});

describe('a restock', () => {
  it('shows at once everywhere, also where "none left" is cached for minutes', async () => {
    const id = await shownProduct(0);
    await change(
      `mutation ($id: ID!) { restockProduct(input: { id: $id, quantity: 8 }) { userErrors { code } } }`,
      {
        id,
      },
    );
    const restocked = showing('19.99', 8, '39.98');
    expect(await look(world.gateway, id)).toEqual(restocked);
    expect(await look(second, id)).toEqual(restocked);
  });
});
