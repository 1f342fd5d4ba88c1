import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createSearching, type Searching } from '../../src/testing/searching.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let admin: Person;
let search: Searching['search'];
let namesOf: Searching['namesOf'];
let stocked: Searching['stocked'];
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  admin = await world.somebody('ADMIN');
  ({ search, namesOf, stocked } = createSearching(world));
});
afterAll(() => world.close());

describe('a cached search shows at once, on another gateway,', () => {
  const update = (input: Readonly<Record<string, unknown>>) =>
    admin.query(
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }',
      {
        input,
      },
    );
  const cached = async (query: string) => {
    const before = await search(query, {}, second);
    await second.app.idle();
    return before;
  };

  it('a new price and a restock, which leave its pages as they are; and so does a cart', async () => {
    const [key = ''] = await stocked(['Pricey orrery']);
    const id = toGlobalId('Product', key);
    const buyer = await world.somebody();
    await buyer.query(
      'mutation ($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }',
      { input: { productId: id, quantity: 3 } },
    );
    /** Price and stock: in a search by its name, in one by a beginning, in the product's page; then the total in the cart. */
    async function seen(gateway: Gateway) {
      const shown = 'price { amount } inventory { stock }';
      const { data } = await gateway.query(
        `query ($id: ID!) {
          product(id: $id) { ${shown} } viewer { cart { lines { total { amount } product { ${shown} } } } }
          a: searchProducts(query: "orrery") { nodes { ${shown} } } b: searchProducts(query: "pri orr") { nodes { ${shown} } }
        }`,
        { variables: { id }, token: buyer.token },
      );
      await gateway.app.idle();
      return data;
    }
    const product = (amount: string, stock: number) => ({ price: { amount }, inventory: { stock } });
    const everywhere = (amount: string, stock: number, total: string) => ({
      product: product(amount, stock),
      viewer: { cart: { lines: [{ total: { amount: total }, product: product(amount, stock) }] } },
      a: { nodes: [product(amount, stock)] },
      b: { nodes: [product(amount, stock)] },
    });
    for (let turn = 0; turn < 2; turn += 1)
      expect(await seen(second)).toEqual(everywhere('10.00', 5, '30.00'));
    await update({ id, price: { amount: '12.50', currencyCode: 'EUR' } });
    await admin.query(
      'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { userErrors { code } } }',
      { input: { id, quantity: 7 } },
    );
    // At once where it was written; as soon as the bus has told of it where a copy is in another process.
    expect(await seen(world.gateway)).toEqual(everywhere('12.50', 12, '37.50'));
    await expect.poll(() => seen(second), patience).toEqual(everywhere('12.50', 12, '37.50'));
  });

  it('a new product, another name, category and description, and one that is gone', async () => {
    const [key = ''] = await stocked(['Sextant']);
    const id = toGlobalId('Product', key);
    expect((await cached('sextant')).totalCount).toBe(1);
    expect((await cached('astrolabe')).totalCount).toBe(0);
    await update({ id, name: 'Astrolabe' });
    expect([await namesOf('sextant', {}, second), await namesOf('astrolabe', {}, second)]).toEqual([
      [],
      ['Astrolabe'],
    ]);
    await cached('astrolabe navigation');
    await update({ id, category: 'navigation' });
    expect(await namesOf('astrolabe navigation', {}, second)).toEqual(['Astrolabe']);
    await cached('astrolabe brass');
    await update({ id, description: 'Of brass.' });
    expect(await namesOf('astrolabe brass', {}, second)).toEqual(['Astrolabe']);
    await cached('astrolabe');
    const input = { name: 'Astrolabe stand', category: 'x', price: { amount: '5', currencyCode: 'EUR' } };
    await admin.query(
      'mutation ($input: CreateProductInput!) { createProduct(input: $input) { userErrors { code } } }',
      {
        input,
      },
    );
    expect((await search('astrolabe', {}, second)).totalCount).toBe(2);
  });

  it('nothing of what is written past the gateways and not followed: the control', async () => {
    const [key] = await stocked(['Telluric lamp']);
    await cached('telluric');
    await onServer(world.database.primaryUrl, `UPDATE products SET name = 'Lunar lamp' WHERE id = $1`, [key]);
    await world.database.replicated();
    expect((await search('telluric', {}, second)).totalCount).toBe(1);
  });

  it('what is written past the gateways, where the log is followed', async () => {
    const [renamed, gone, priced] = await stocked(['Gyroscope a'], ['Gyroscope b'], ['Gyroscope c']);
    const backstop = await startBackstop({
      app: world.app,
      primaryUrl: world.database.primaryUrl,
      redisUrl: inject('redisUrl'),
    });
    await backstop.follows();
    const psql = (text: string, id: string | undefined) => onServer(world.database.primaryUrl, text, [id]);
    const becomes = async (names: readonly string[]) => {
      await world.database.replicated();
      await expect.poll(() => namesOf('gyroscope', {}, second), patience).toEqual(names);
      await second.app.idle();
    };
    await becomes(['Gyroscope a', 'Gyroscope b', 'Gyroscope c']);
    await psql(`UPDATE products SET name = 'Spinning top' WHERE id = $1`, renamed);
    await becomes(['Gyroscope b', 'Gyroscope c']);
    await psql('DELETE FROM products WHERE id = $1', gone);
    await becomes(['Gyroscope c']);
    await stocked(['Gyroscope d']);
    await becomes(['Gyroscope c', 'Gyroscope d']);
    const touched = async () =>
      (await backstop.metrics.backstopKeys.get()).values.find(({ labels }) => labels.policy === '(tags)')
        ?.value;
    const before = await touched();
    await psql('UPDATE products SET price_minor = 77 WHERE id = $1', priced);
    await expect
      .poll(async () => (await search('gyroscope', {}, second)).nodes[0]?.price.amount, patience)
      .toBe('0.77');
    expect(await touched()).toBe(before);
  });
});
