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

interface Shelved {
  readonly id: string;
  readonly name: string;
}

interface Shown {
  readonly price: string | undefined;
  readonly stock: number | undefined;
}

interface Product {
  readonly id: string;
  readonly price: { readonly amount: string };
  readonly inventory: { readonly stock: number };
}

const everywhere = `query ($id: ID!, $name: String!, $beginning: String!) {
  product(id: $id) { ...shown }
  byName: searchProducts(query: $name) { nodes { ...shown } }
  byBeginning: searchProducts(query: $beginning, first: 5) { nodes { ...shown } }
  viewer { cart { lines { product { ...shown } total { amount } } } }
}
fragment shown on Product { id price { amount } inventory { stock } }`;

interface Everywhere {
  readonly product: Product;
  readonly byName: { readonly nodes: readonly Product[] };
  readonly byBeginning: { readonly nodes: readonly Product[] };
  readonly viewer: {
    readonly cart: {
      readonly lines: readonly { readonly product: Product; readonly total: { readonly amount: string } }[];
    };
  };
}

/** Price and stock as the buyer sees them: the product itself, found in two cached pages, in the cart. */
async function look(gateway: Gateway, { id, name }: Shelved, consistencyToken?: string) {
  const { body } = await postJson(
    `${gateway.url}/graphql`,
    { query: everywhere, variables: { id, name, beginning: name.slice(0, -2) } },
    {
      authorization: `Bearer ${buyer.token}`,
      ...(consistencyToken === undefined ? {} : { 'x-consistency-token': consistencyToken }),
    },
  );
  const { data } = body as { readonly data: Everywhere };
  const itself = ({ nodes }: { readonly nodes: readonly Product[] }) => nodes.find((node) => node.id === id);
  const line = data.viewer.cart.lines.find(({ product }) => product.id === id);
  const shownOf = (product: Product | undefined): Shown => ({
    price: product?.price.amount,
    stock: product?.inventory.stock,
  });
  return {
    product: shownOf(data.product),
    byName: shownOf(itself(data.byName)),
    byBeginning: shownOf(itself(data.byBeginning)),
    inCart: shownOf(line?.product),
    total: line?.total.amount,
  };
}

const showing = (price: string, stock: number, total: string) => {
  const shown: Shown = { price, stock };
  return { product: shown, byName: shown, byBeginning: shown, inCart: shown, total };
};

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
async function shownProduct(name: string, stock: number): Promise<Shelved> {
  const key = await world.product({ name, stock });
  const shelved = { id: toGlobalId('Product', key), name };
  await createShopping(second.url).add(buyer, key, 2);
  for (let times = 0; times < 2; times += 1) {
    for (const gateway of [world.gateway, second]) {
      expect(await look(gateway, shelved)).toEqual(showing('19.99', stock, '39.98'));
      await gateway.app.idle();
    }
  }
  return shelved;
}

describe('a price that is changed', () => {
  it('shows at once in the product, in cached searches and in carts, on every gateway', async () => {
    const shelved = await shownProduct('Samovar', 25);
    const token = await change(
      `mutation ($id: ID!) {
        updateProduct(input: { id: $id, price: { amount: "5.00", currencyCode: EUR } }) { userErrors { code } }
      }`,
      { id: shelved.id },
    );
    const changed = showing('5.00', 25, '10.00');
    expect(await look(world.gateway, shelved)).toEqual(changed);
    expect(await look(second, shelved, token)).toEqual(changed);
    // Who sends no token may be shown a copy of that process, until the bus has told it.
    await vi.waitFor(async () => expect(await look(second, shelved)).toEqual(changed), patience);
  });
});

describe('a price that is changed past the gateways', () => {
  it('stays as it was while nobody follows the log: the control', async () => {
    const shelved = await shownProduct('Percolator', 25);
    await onServer(world.database.primaryUrl, 'UPDATE products SET price_minor = 500 WHERE id = $1', [
      idOf('Product', shelved.id),
    ]);
    for (const gateway of [world.gateway, second])
      expect(await look(gateway, shelved)).toEqual(showing('19.99', 25, '39.98'));
  });
});

describe('a restock', () => {
  it('shows at once everywhere, also where "none left" is cached for minutes', async () => {
    const shelved = await shownProduct('Cafetiere', 0);
    await change(
      `mutation ($id: ID!) { restockProduct(input: { id: $id, quantity: 8 }) { userErrors { code } } }`,
      {
        id: shelved.id,
      },
    );
    const restocked = showing('19.99', 8, '39.98');
    expect(await look(world.gateway, shelved)).toEqual(restocked);
    expect(await look(second, shelved)).toEqual(restocked);
  });
});
