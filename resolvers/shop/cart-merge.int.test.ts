import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createShopping, type Shopping } from '../../src/testing/shopping.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let shopping: Shopping;
let [kettle, pan, lamp] = ['', '', ''];
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  shopping = createShopping(world.gateway.url);
  kettle = await world.product({ name: 'Kettle' });
  pan = await world.product({ name: 'Pan' });
  lamp = await world.product({ name: 'Lamp' });
});
afterAll(() => world.close());

async function visitorWith(...lines: readonly (readonly [product: string, quantity: number])[]) {
  let cartToken: string | undefined;
  for (const [product, quantity] of lines)
    cartToken = (await shopping.add({ cartToken }, product, quantity)).cartToken ?? undefined;
  return { cartToken };
}

interface SignedIn {
  readonly signIn: {
    readonly token: string | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}

const signIn = (
  { username, password }: Pick<Person, 'username' | 'password'>,
  cartToken: string | undefined,
  gateway: Gateway = world.gateway,
) =>
  gateway.query<SignedIn>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }',
    { variables: { input: { username, password, cartToken } } },
  );

describe('signing in with the token of a cart', () => {
  it('takes over what is in it, on top of what the user has', async () => {
    const me = await world.somebody();
    await shopping.add(me, kettle, 2);
    const visitor = await visitorWith([pan, 1], [kettle, 5]);
    await shopping.look(me);
    await signIn(me, visitor.cartToken);
    expect(await shopping.look(me)).toEqual([
      [kettle, 7],
      [pan, 1],
    ]);
    expect(await createShopping(second.url).look(me)).toEqual(await shopping.look(me));
    expect(await shopping.look(visitor)).toBeUndefined();
    expect((await shopping.add(visitor, pan)).code).toBe('NOT_FOUND');
  });

  it('changes nothing the second time', async () => {
    const me = await world.somebody();
    const visitor = await visitorWith([kettle, 3]);
    expect((await signIn(me, visitor.cartToken)).data?.signIn.token).toEqual(expect.any(String));
    expect((await signIn(me, visitor.cartToken)).data?.signIn.token).toEqual(expect.any(String));
    expect(await shopping.look(me)).toEqual([[kettle, 3]]);
  });

  it('holds 999 of a product at most', async () => {
    const me = await world.somebody();
    await shopping.add(me, kettle, 600);
    await signIn(me, (await visitorWith([kettle, 500])).cartToken);
    expect(await shopping.look(me)).toEqual([[kettle, 999]]);
  });

  it('fills a cart with those that came first, and adds to those it has', async () => {
    const me = await world.somebody();
    await shopping.add(me, kettle, 1);
    await onServer(
      world.database.primaryUrl,
      `WITH pegs AS (
         INSERT INTO products (name, price_minor, currency_code, category)
         SELECT 'Peg', 10, 'EUR', 'pegs' FROM generate_series(1, 98) RETURNING id)
       INSERT INTO cart_lines SELECT (SELECT id FROM carts WHERE user_id IS NOT NULL ORDER BY id DESC LIMIT 1), id, 1
       FROM pegs`,
    );
    await signIn(me, (await visitorWith([pan, 2], [lamp, 2], [kettle, 2])).cartToken);
    const lines = await shopping.look(me);
    expect(lines).toHaveLength(100);
    expect(lines?.filter(([id]) => [kettle, pan, lamp].includes(id))).toEqual([
      [kettle, 3],
      [pan, 2],
    ]);
  });

  it('works all the same where the token stands for no cart', async () => {
    const me = await world.somebody();
    const { data } = await signIn(me, 'a'.repeat(22));
    expect(data?.signIn.token).toEqual(expect.any(String));
  });

  it('is bad input where it cannot be a token, and opens no session', async () => {
    const me = await world.somebody();
    const { errors } = await signIn(me, 'nonsense');
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const { data } = await me.query<{ viewer: { sessions: { nodes: readonly unknown[] } } }>(
      '{ viewer { sessions { nodes { id } } } }',
    );
    expect(data?.viewer.sessions.nodes).toHaveLength(1);
  });

  it('leaves the cart alone where the password is wrong', async () => {
    const me = await world.somebody();
    const visitor = await visitorWith([kettle, 3]);
    const { data } = await signIn({ ...me, password: 'wrong horse' }, visitor.cartToken);
    expect(data?.signIn.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
    expect(await shopping.look(visitor)).toEqual([[kettle, 3]]);
  });

  it('of two at once gives it to one of them, whole', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, other] = [await world.somebody(), await world.somebody()];
      const { cartToken } = await visitorWith([kettle, 3], [pan, 4]);
      await Promise.all([signIn(one, cartToken), signIn(other, cartToken, second)]);
      const found = [await shopping.look(one), await shopping.look(other)];
      expect(found.toSorted((a, b) => (a?.length ?? 0) - (b?.length ?? 0))).toEqual([
        [],
        [
          [kettle, 3],
          [pan, 4],
        ],
      ]);
    }
  });

  it('twice at once by one user counts it once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const me = await world.somebody();
      await shopping.add(me, kettle, 1);
      const { cartToken } = await visitorWith([kettle, 3]);
      await Promise.all([signIn(me, cartToken), signIn(me, cartToken, second), shopping.add(me, kettle, 10)]);
      expect(await shopping.look(me)).toEqual([[kettle, 14]]);
    }
  });

  it('loses no addition of the visitor that was answered', async () => {
    for (let round = 0; round < 5; round += 1) {
      const me = await world.somebody();
      const visitor = await visitorWith([kettle, 1]);
      const [added] = await Promise.all([
        createShopping(second.url).add(visitor, kettle, 5),
        signIn(me, visitor.cartToken),
      ]);
      expect([undefined, 'NOT_FOUND']).toContain(added.code);
      expect(await shopping.look(me)).toEqual([[kettle, added.code === undefined ? 6 : 1]]);
    }
  });
});

describe('signing up with the token of a cart', () => {
  it('makes it the new user’s', async () => {
    const { cartToken } = await visitorWith([pan, 2]);
    const { data } = await world.gateway.query<{ signUp: { token: string } }>(
      'mutation ($input: SignUpInput!) { signUp(input: $input) { token userErrors { code } } }',
      { variables: { input: { username: 'newcomer', password: 'correct horse', cartToken } } },
    );
    expect(await shopping.look({ token: data?.signUp.token })).toEqual([[pan, 2]]);
  });

  it('shows the cart to nobody who has not sent the session', async () => {
    const me = await world.somebody();
    const { data, errors } = await world.gateway.query(
      `mutation ($input: SignInInput!) { signIn(input: $input) { user { username cart { itemCount } } } }`,
      { variables: { input: { username: me.username, password: me.password } } },
    );
    expect(data).toEqual({ signIn: { user: { username: me.username, cart: null } } });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});
