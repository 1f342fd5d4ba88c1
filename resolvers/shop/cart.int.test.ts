import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { createShopping, type Shopping } from '../../src/testing/shopping.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let shopping: Shopping;
let [kettle, pan] = ['', ''];
beforeAll(async () => {
  world = await createWorld();
  shopping = createShopping(world.gateway.url);
  kettle = await world.product({ name: 'Kettle' });
  pan = await world.product({ name: 'Pan' });
});
afterAll(() => world.close());

const psql = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
  onServer<Row>(world.database.primaryUrl, text, values);

async function visitor(): Promise<{ readonly cartToken: string }> {
  const { cartToken } = await shopping.add({}, kettle, 2);
  return { cartToken: cartToken ?? '' };
}

describe.each(['a user', 'a visitor'])('the cart of %s', (kind) => {
  const newcomer = async () => {
    if (kind === 'a user') return world.somebody();
    const who = await visitor();
    await shopping.clear(who);
    return who;
  };

  it('begins empty, and keeps the order in which products came', async () => {
    const who = await newcomer();
    expect(await shopping.look(who)).toEqual([]);
    await shopping.add(who, pan, 1);
    expect((await shopping.add(who, kettle, 2)).lines).toEqual([
      [pan, 1],
      [kettle, 2],
    ]);
    expect((await shopping.add(who, pan, 4)).lines).toEqual([
      [pan, 5],
      [kettle, 2],
    ]);
    expect(await shopping.look(who)).toEqual([
      [pan, 5],
      [kettle, 2],
    ]);
  });

  it('is changed by each edit as that says, and no edit touches another line', async () => {
    const who = await newcomer();
    await shopping.add(who, pan, 7);
    await shopping.add(who, kettle, 3);
    expect((await shopping.set(who, kettle, 9)).lines).toEqual([
      [pan, 7],
      [kettle, 9],
    ]);
    expect((await shopping.set(who, kettle, 0)).lines).toEqual([[pan, 7]]);
    expect((await shopping.remove(who, kettle)).lines).toEqual([[pan, 7]]);
    expect((await shopping.set(who, kettle, 1)).lines).toEqual([
      [pan, 7],
      [kettle, 1],
    ]);
    expect((await shopping.remove(who, pan)).lines).toEqual([[kettle, 1]]);
    expect(await shopping.look(who)).toEqual([[kettle, 1]]);
    expect((await shopping.clear(who)).lines).toEqual([]);
    expect(await shopping.look(who)).toEqual([]);
  });

  it('refuses what is out of bounds, and keeps what it has', async () => {
    const who = await newcomer();
    await shopping.add(who, kettle, 990);
    const invalid = [{ code: 'INVALID_QUANTITY', field: ['input', 'quantity'] }];
    for (const refused of [
      await shopping.add(who, kettle, 10),
      await shopping.add(who, pan, 0),
      await shopping.add(who, pan, 1_000),
      await shopping.set(who, kettle, -1),
      await shopping.set(who, kettle, 1_000),
      await shopping.add(who, pan, 2_147_483_647),
    ])
      expect(refused).toEqual({ lines: [], cartToken: null, userErrors: invalid, code: undefined });
    const unknown = [{ code: 'UNKNOWN_PRODUCT', field: ['input', 'productId'] }];
    expect((await shopping.add(who, '999999999999999999')).userErrors).toEqual(unknown);
    expect((await shopping.set(who, '999999999999999999', 2)).userErrors).toEqual(unknown);
    expect((await shopping.add(who, kettle, 9)).lines).toEqual([[kettle, 999]]);
  });
});

describe('a full cart', () => {
  it('takes no product more, but more of those that it has', async () => {
    const me = await world.somebody();
    await psql(
      `WITH made AS (INSERT INTO products (name, price_minor, currency_code, category)
         SELECT 'Peg ' || n, 10, 'EUR', 'pegs' FROM generate_series(1, 100) AS n RETURNING id)
       INSERT INTO inventory SELECT id, 9 FROM made`,
    );
    await shopping.add(me, kettle);
    await psql(
      `INSERT INTO cart_lines (cart_id, product_id, quantity)
       SELECT carts.id, products.id, 1 FROM carts, products WHERE user_id = (SELECT max(user_id) FROM carts)
         AND category = 'pegs' ORDER BY products.id LIMIT 99`,
    );
    const refused = await shopping.add(me, pan);
    expect(refused.userErrors).toEqual([{ code: 'CART_FULL', field: ['input', 'productId'] }]);
    expect((await shopping.add(me, kettle, 4)).lines).toHaveLength(100);
    await shopping.remove(me, kettle);
    expect((await shopping.add(me, pan)).lines).toHaveLength(100);
  });
});

describe('what a cart shows', () => {
  const whole = `{ viewer { cart {
    lines { quantity total { amount currencyCode } product { name price { amount } inventory { stock } } }
    itemCount totals { amount currencyCode }
  } } }`;

  it('is counted at the prices of the moment, one total for each currency', async () => {
    const me = await world.somebody();
    const yen = await world.product({ name: 'Fan' });
    await psql(`UPDATE products SET price_minor = 1500, currency_code = 'JPY' WHERE id = $1`, [yen]);
    await world.database.replicated();
    await shopping.add(me, kettle, 3);
    await shopping.add(me, pan, 1);
    await shopping.add(me, yen, 2);
    const { data } = await me.query<{ viewer: { cart: Record<string, unknown> } }>(whole);
    expect(data?.viewer.cart).toMatchObject({
      itemCount: 6,
      totals: [
        { amount: '79.96', currencyCode: 'EUR' },
        { amount: '3000', currencyCode: 'JPY' },
      ],
    });
    expect(data?.viewer.cart['lines']).toContainEqual({
      quantity: 3,
      total: { amount: '59.97', currencyCode: 'EUR' },
      product: { name: 'Kettle', price: { amount: '19.99' }, inventory: { stock: 25 } },
    });
  });

  it('leaves out a product that is sold no more', async () => {
    const me = await world.somebody();
    const doomed = await world.product();
    await shopping.add(me, doomed, 3);
    expect((await shopping.add(me, kettle, 1)).lines).toEqual([
      [doomed, 3],
      [kettle, 1],
    ]);
    await psql('DELETE FROM products WHERE id = $1', [doomed]);
    expect((await shopping.add(me, kettle, 1)).lines).toEqual([[kettle, 2]]);
    expect(await shopping.look(me)).toEqual([[kettle, 2]]);
  });
});

describe('the token of a visitor', () => {
  it('is kept as a hash alone, and different each time', async () => {
    const [one, other] = [await visitor(), await visitor()];
    expect(one.cartToken).toMatch(/^[\w-]{22}$/);
    expect(one.cartToken).not.toBe(other.cartToken);
    const rows = await psql<{ owner: string }>('SELECT owner FROM carts WHERE user_id IS NULL');
    expect(rows.every(({ owner }) => /^visitor [\da-f]{64}$/.test(owner))).toBe(true);
  });

  it('is answered with each edit', async () => {
    const who = await visitor();
    expect((await shopping.set(who, kettle, 1)).cartToken).toBe(who.cartToken);
    expect((await shopping.clear(who)).cartToken).toBe(who.cartToken);
  });

  it('that cannot be one is bad input, and one that stands for no cart is not found', async () => {
    for (const cartToken of ['', 'short', `${'a'.repeat(21)}!`, 'a'.repeat(5_000)]) {
      expect((await shopping.add({ cartToken }, kettle)).code).toBe('BAD_USER_INPUT');
      const { errors } = await world.gateway.query(
        'query ($token: String!) { cart(token: $token) { itemCount } }',
        {
          variables: { token: cartToken },
        },
      );
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const stranger = { cartToken: 'a'.repeat(22) };
    for (const { code, lines } of [
      await shopping.add(stranger, kettle),
      await shopping.set(stranger, kettle, 1),
      await shopping.remove(stranger, kettle),
      await shopping.clear(stranger),
    ])
      expect({ code, lines }).toEqual({ code: 'NOT_FOUND', lines: [] });
    expect(await shopping.look(stranger)).toBeUndefined();
  });

  it('is needed for all but the first addition', async () => {
    expect((await shopping.set({}, kettle, 1)).code).toBe('BAD_USER_INPUT');
    expect((await shopping.remove({}, kettle)).code).toBe('BAD_USER_INPUT');
    expect((await shopping.clear({})).code).toBe('BAD_USER_INPUT');
  });

  it('is not looked at where somebody is signed in', async () => {
    const who = await visitor();
    const me = await world.somebody();
    const { lines, cartToken } = await shopping.add({ ...me, ...who }, pan);
    expect({ lines, cartToken }).toEqual({ lines: [[pan, 1]], cartToken: null });
    expect(await shopping.look(who)).toEqual([[kettle, 2]]);
  });
});

describe('the cart of a user', () => {
  const cartOf = (reader: Person, { id }: Person) =>
    reader.query('query ($id: ID!) { user(id: $id) { cart { itemCount } } }', { id });

  it('is nobody else’s', async () => {
    const [me, other] = [await world.somebody(), await world.somebody('ADMIN')];
    await shopping.add(me, kettle);
    expect((await cartOf(me, me)).data).toEqual({ user: { cart: { itemCount: 1 } } });
    const { data, errors } = await cartOf(other, me);
    expect(data).toEqual({ user: { cart: null } });
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('needs SHOP, for reading and for editing', async () => {
    const me = await world.somebody();
    await shopping.add(me, kettle);
    await psql(`UPDATE sessions SET shop_expires_at = now() - interval '1 minute'`);
    const late = await world.anotherGateway({ env: { APP_NAME: `${world.app}-late` } });
    const { errors } = await late.query('{ viewer { cart { itemCount } } }', { token: me.token });
    expect(errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
    expect((await createShopping(late.url).add(me, kettle)).code).toBe('STEP_UP_REQUIRED');
    // Nobody is asked to sign in for a visitor's cart.
    expect((await createShopping(late.url).add({}, kettle)).lines).toEqual([[kettle, 1]]);
  });
});
