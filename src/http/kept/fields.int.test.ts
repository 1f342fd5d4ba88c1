import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFields } from '../../../resolvers/shared-fields.ts';
import { toGlobalId } from '../../../schema/global-id.ts';
import { onServer } from '../../testing/database.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { createOpenSchema } from '../../graphql/schema.ts';
import { againIn, bodyOf, post } from '../../testing/kept/asking.ts';
import { totalOf } from '../../testing/prove/measures.ts';
import { storeLink } from '../../testing/stored-links.ts';
import { createWorld, type World } from '../../testing/world.ts';

const schema = createOpenSchema();
let world: World;
let gateway: Gateway;
let ids: {
  readonly product: string;
  readonly user: string;
  readonly username: string;
  readonly code: string;
};
beforeAll(async () => {
  world = await createWorld();
  gateway = world.gateway;
  const { id: user, username } = await world.somebody();
  const { code } = await storeLink(world.database);
  const product = toGlobalId('Product', await world.product({ name: 'Kettle' }));
  ids = { product, user, username, code };
});
afterAll(() => world.close());

/** From the root to an object of each type, of which `…` is asked. */
const ways: Readonly<Record<string, string>> = {
  Query: '…',
  Product: 'product(id: $product) { … }',
  Inventory: 'product(id: $product) { inventory { … } }',
  Money: 'product(id: $product) { price { … } }',
  ProductConnection: 'products(first: 1) { … }',
  ProductEdge: 'searchProducts(query: "kettle", first: 1) { edges { … } }',
  ProductSearchConnection: 'searchProducts(query: "kettle", first: 1) { … }',
  PageInfo: 'searchProducts(query: "kettle", first: 1) { pageInfo { … } }',
  ShortLink: 'shortLink(code: $code) { … }',
  User: 'user(id: $user) { … }',
};
const rootFields: Readonly<Record<string, string>> = {
  product: 'product(id: $product)',
  products: 'products(first: 1)',
  searchProducts: 'searchProducts(query: "kettle", first: 1)',
  shortLink: 'shortLink(code: $code)',
  user: 'user(id: $user)',
  userByUsername: 'userByUsername(username: $username)',
};

function operationFor(type: string, field: string): string {
  const parent = schema.getType(type);
  const found = isObjectType(parent) ? parent.getFields()[field] : undefined;
  if (found === undefined) throw new Error(`there is no ${type}.${field}`);
  const asked = type === 'Query' ? (rootFields[field] ?? field) : field;
  const rest = isLeafType(getNamedType(found.type)) ? '' : ' { __typename }';
  const selection = (ways[type] ?? '').replace('…', `${asked}${rest}`);
  const variables = { product: 'ID!', user: 'ID!', username: 'String!', code: 'String!' };
  const used = Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(selection));
  const head = used.map(([name, of]) => `$${name}: ${of}`).join(', ');
  return `query${head === '' ? '' : ` (${head})`} { ${selection} }`;
}

const fields = Object.entries<readonly string[]>(sharedFields).flatMap(([type, names]) =>
  names.map((field) => [`${type}.${field}`, type, field] as const),
);

describe('of all that everybody is answered alike', () => {
  it.each(fields)('%s is kept', async (_, type, field) => {
    const body = bodyOf(operationFor(type, field), ids);
    const told: string[] = [];
    let again = 0;
    for (let time = 0; time < 10 && again === 0; time += 1) {
      await gateway.app.idle();
      again = await againIn(gateway, async () => told.push((await post(gateway, body)).text));
    }
    expect(again).toBe(1);
    expect(new Set(told).size).toBe(1);
    expect(told[0]).not.toContain('errors');
  });

  it('a page behind what is kept of a list is not, and it is known why', async () => {
    await onServer(
      world.database.primaryUrl,
      `INSERT INTO products (name, price_minor, currency_code, category)
       SELECT 'Spoon ' || n, 100, 'EUR', 'spoons' FROM generate_series(1, 110) AS n`,
    );
    await world.database.replicated();
    const page = 'products(category: "spoons", first: 100';
    const first = await gateway.query<{ products: { pageInfo: { endCursor: string } } }>(
      `{ ${page}) { pageInfo { endCursor } } }`,
    );
    const after = first.data?.products.pageInfo.endCursor ?? '';
    const body = bodyOf(`{ ${page}, after: "${after}") { nodes { name } } }`);
    const count = () => totalOf(gateway.app.metrics.answersNotKept, { reason: 'statement' });
    for (let time = 0; time < 3; time += 1) {
      const before = await count();
      await gateway.app.idle();
      expect(await againIn(gateway, () => post(gateway, body))).toBe(0);
      expect(await count()).toBe(before + 1);
    }
  });
});
