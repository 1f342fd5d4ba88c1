import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../../src/testing/database.ts';
import { createShopping, type Shopping } from '../../src/testing/shop/shopping.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let shopping: Shopping;
let buyer: Person;
let keys = 0;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  shopping = createShopping(world);
  buyer = await world.somebody();
});
afterAll(() => world.close());

const newKey = () => `key ${(keys += 1)}`;
const price = (productId: string, minor: number, currency = 'EUR') =>
  onServer(
    world.database.primaryUrl,
    'UPDATE products SET price_minor = $2, currency_code = $3 WHERE id = $1',
    [...[productId, minor, currency]],
  );
const refusalsOf = async (input: Parameters<Shopping['checkOut']>[1], person = buyer) =>
  (await shopping.checkOut(person, input)).data?.checkOut.userErrors;

describe('a check-out', () => {
  it('orders what is in the cart, takes it from the stock and empties the cart', async () => {
    const [kettle, pan] = [await world.product(), await world.product({ name: 'Pan' })];
    await shopping.fillCart(buyer, { [kettle]: 2, [pan]: 1 });
    const { data, errors } = await shopping.checkOut(buyer, { idempotencyKey: newKey() });
    expect(errors).toEqual([]);
    const line = (name: string, quantity: number, total: string) => ({
      ...{ name, quantity, unitPrice: { amount: '19.99' }, total: { amount: total } },
    });
    expect(data?.checkOut).toEqual({
      order: {
        id: expect.any(String) as string,
        status: 'PLACED',
        total: { amount: '59.97', currencyCode: 'EUR' },
        lines: [line('Kettle', 2, '39.98'), line('Pan', 1, '19.99')],
      },
      userErrors: [],
    });
    expect(await shopping.cart(buyer)).toEqual({});
    expect([await shopping.stock(kettle), await shopping.stock(pan)]).toEqual([23, 24]);
  });

  it('shows the stock that is left at once, on every gateway', async () => {
    const id = await world.product({ stock: 12 });
    const shown = () => Promise.all([world.gateway, second].map(({ url }) => shopping.shownStock(id, url)));
    expect(await shown()).toEqual([12, 12]);
    await shopping.fillCart(buyer, { [id]: 12 });
    await shopping.checkOut(buyer, { idempotencyKey: newKey() });
    expect(await shown()).toEqual([0, 0]);
  });

  it('counts the price of now, not that of when it was put into the cart', async () => {
    const id = await world.product();
    await shopping.fillCart(buyer, { [id]: 3 });
    await price(id, 2_500);
    const key = newKey();
    const { data } = await shopping.checkOut(buyer, { idempotencyKey: key });
    expect(data?.checkOut.order?.total.amount).toBe('75.00');
    await price(id, 9_900);
    expect((await shopping.checkOut(buyer, { idempotencyKey: key })).data?.checkOut).toEqual(data?.checkOut);
  });

  it('orders one currency of several, and asks for which', async () => {
    const [euros, francs] = [await world.product(), await world.product()];
    await price(francs, 1_000, 'CHF');
    await shopping.fillCart(buyer, { [euros]: 1, [francs]: 4 });
    expect(await refusalsOf({ idempotencyKey: newKey() })).toMatchObject([
      { code: 'MIXED_CURRENCIES', field: ['input', 'currencyCode'] },
    ]);
    expect(await refusalsOf({ idempotencyKey: newKey(), currencyCode: 'USD' })).toMatchObject([
      { code: 'EMPTY_CART', field: ['input', 'currencyCode'] },
    ]);
    const { data } = await shopping.checkOut(buyer, { idempotencyKey: newKey(), currencyCode: 'CHF' });
    expect(data?.checkOut.order?.total).toEqual({ amount: '40.00', currencyCode: 'CHF' });
    expect(await shopping.cart(buyer)).toEqual({ [euros]: 1 });
  });

  it('is refused as a whole, naming each product of which too few are left', async () => {
    const [plenty, few, none] = [
      await world.product(),
      await world.product({ name: 'Few', stock: 2 }),
      await world.product({ name: 'None', stock: 0 }),
    ];
    const cart = { [plenty]: 1, [few]: 3, [none]: 1 };
    await shopping.fillCart(buyer, cart);
    const before = await shopping.orders(buyer);
    expect(await refusalsOf({ idempotencyKey: newKey() })).toEqual([
      { code: 'OUT_OF_STOCK', message: 'There are 2 left of “Few”, not 3.', field: null },
      { code: 'OUT_OF_STOCK', message: 'There are 0 left of “None”, not 1.', field: null },
    ]);
    expect(await shopping.orders(buyer)).toBe(before);
    expect(await shopping.cart(buyer)).toEqual(cart);
    expect([await shopping.stock(plenty), await shopping.stock(few)]).toEqual([25, 2]);
  });

  it('of an empty cart is refused, and of none', async () => {
    const newcomer = await world.somebody();
    for (const person of [newcomer, buyer]) {
      await shopping.fillCart(buyer, {});
      expect(await refusalsOf({ idempotencyKey: newKey() }, person)).toEqual([
        { code: 'EMPTY_CART', message: 'There is nothing in the cart.', field: null },
      ]);
    }
  });

  it('of more than can be counted is refused', async () => {
    const id = await world.product({ stock: 1_000 });
    await price(id, 2_000_000_000_000_000);
    await shopping.fillCart(buyer, { [id]: 999 });
    expect(await refusalsOf({ idempotencyKey: newKey() })).toMatchObject([
      { code: 'INVALID_QUANTITY', field: null },
    ]);
    await shopping.fillCart(buyer, { [id]: 499 });
    expect(await refusalsOf({ idempotencyKey: newKey() })).toEqual([]);
  });
});

describe('the key of a check-out', () => {
  it('gives the first outcome again, however often and through whichever gateway', async () => {
    const id = await world.product();
    await shopping.fillCart(buyer, { [id]: 5 });
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        shopping.checkOut(buyer, { idempotencyKey: key }, index % 2 === 0 ? world.gateway.url : second.url),
      ),
    );
    expect(answers[0]?.data?.checkOut.order).not.toBeNull();
    for (const { data } of answers) expect(data).toEqual(answers[0]?.data);
    expect(await shopping.stock(id)).toBe(20);
  });

  it('gives a refusal again, also where there would be enough by now', async () => {
    const id = await world.product({ stock: 0 });
    await shopping.fillCart(buyer, { [id]: 1 });
    const key = newKey();
    const first = await refusalsOf({ idempotencyKey: key });
    await onServer(world.database.primaryUrl, 'UPDATE inventory SET stock = 5 WHERE product_id = $1', [id]);
    expect(await refusalsOf({ idempotencyKey: key })).toEqual(first);
    expect(await refusalsOf({ idempotencyKey: newKey() })).toEqual([]);
  });

  it('is refused for another request, and is each user’s own', async () => {
    const [id, other] = [await world.product(), await world.somebody()];
    const key = newKey();
    for (const person of [buyer, other]) {
      await shopping.fillCart(person, { [id]: 1 });
      expect(await refusalsOf({ idempotencyKey: key }, person)).toEqual([]);
    }
    expect(await refusalsOf({ idempotencyKey: key, currencyCode: 'EUR' })).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] },
    ]);
  });

  it.each(['', 'x'.repeat(101)])('has 1 to 100 characters, not those of "%s"', async (idempotencyKey) => {
    expect(await refusalsOf({ idempotencyKey })).toMatchObject([
      { code: 'INVALID_LENGTH', field: ['input', 'idempotencyKey'] },
    ]);
  });
});

describe('a check-out that is to be paid', () => {
  const payFromAccountId = toGlobalId('Account', '999999');

  it('needs the password again', async () => {
    const { errors } = await shopping.checkOut(buyer, { idempotencyKey: newKey(), payFromAccountId });
    expect(errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
  });

  it('is refused where there is no such account, and nothing is ordered', async () => {
    const id = await world.product();
    await shopping.fillCart(buyer, { [id]: 1 });
    await buyer.query('mutation ($input: StepUpInput!) { stepUp(input: $input) { session { id } } }', {
      input: { password: buyer.password },
    });
    expect(await refusalsOf({ idempotencyKey: newKey(), payFromAccountId })).toMatchObject([
      { code: 'UNKNOWN_ACCOUNT', field: ['input', 'payFromAccountId'] },
    ]);
    expect(await shopping.stock(id)).toBe(25);
    expect(await shopping.cart(buyer)).toEqual({ [id]: 1 });
  });

  it('refuses what is no id of an account', async () => {
    const { errors } = await shopping.checkOut(buyer, {
      ...{ idempotencyKey: newKey(), payFromAccountId: toGlobalId('Product', '1') },
    });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

interface Listed {
  readonly viewer: {
    readonly orders: {
      readonly nodes: readonly {
        readonly id: string;
        readonly lines: readonly { readonly quantity: number }[];
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}

describe('the orders of a user', () => {
  const list = async (person: Person, first: number, after?: string) =>
    (
      await person.query<Listed>(
        `query ($first: Int, $after: Cursor) { viewer { orders(first: $first, after: $after) {
          nodes { id lines { quantity } } pageInfo { hasNextPage endCursor }
        } } }`,
        { first, after },
      )
    ).data?.viewer.orders;

  it('come newest first, each once, beyond what is cached', async () => {
    const [person, id] = [await world.somebody(), await world.product({ stock: 1_000 })];
    expect(await list(person, 20)).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
    await shopping.orderPastGateways(person, id, 24);
    await shopping.fillCart(person, { [id]: 25 });
    await shopping.checkOut(person, { idempotencyKey: newKey() });
    for (const first of [3, 20, 24, 25, 100]) {
      const quantities: number[] = [];
      let after: string | undefined;
      do {
        const page = await list(person, first, after);
        quantities.push(...(page?.nodes ?? []).map(({ lines }) => lines[0]?.quantity ?? 0));
        after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : undefined;
      } while (after !== undefined);
      expect(quantities, `by ${first}`).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
    }
  });

  it('are found by their ids, by nobody else', async () => {
    const [person, id] = [await world.somebody(), await world.product()];
    await shopping.fillCart(person, { [id]: 1 });
    const { data } = await shopping.checkOut(person, { idempotencyKey: newKey() });
    const orderId = data?.checkOut.order?.id ?? '';
    const document =
      'query ($id: ID!) { node(id: $id) { id ... on Order { status placedAt payment { paidAt } } } }';
    const own = await person.query<{ node: unknown }>(document, { id: orderId });
    expect(own.data?.node).toMatchObject({ id: orderId, status: 'PLACED', payment: null });
    for (const ask of [
      buyer.query.bind(buyer),
      (text: string) => world.gateway.query(text, { variables: { id: orderId } }),
    ]) {
      const { errors } = await ask(document, { id: orderId });
      expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
    }
  });

  it('keep what was bought when the product goes', async () => {
    const [person, id] = [await world.somebody(), await world.product({ name: 'Gone' })];
    await shopping.fillCart(person, { [id]: 1 });
    await shopping.checkOut(person, { idempotencyKey: newKey() });
    await onServer(world.database.primaryUrl, 'DELETE FROM products WHERE id = $1', [id]);
    await world.database.replicated();
    const { data } = await person.query<{ viewer: { orders: { nodes: unknown } } }>(
      '{ viewer { orders { nodes { lines { name product { name } } } } } }',
    );
    expect(data?.viewer.orders.nodes).toEqual([{ lines: [{ name: 'Gone', product: null }] }]);
  });
});
