import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../../src/testing/database.ts';
import { quiet, type Counts } from '../../src/testing/gateway.ts';
import { createShopping, type Shopping } from '../../src/testing/shopping.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let shopping: Shopping;
let me: Person;
let [kettle, pan] = ['', ''];
beforeAll(async () => {
  world = await createWorld(quiet);
  shopping = createShopping(world.gateway.url);
  kettle = await world.product({ name: 'Kettle' });
  pan = await world.product({ name: 'Pan' });
  me = await world.somebody();
  // Else it would be noted meanwhile that somebody is there, and the first state of a cart cannot be written through.
  await shopping.add(me, kettle, 1);
  await shopping.look(me);
});
afterAll(() => world.close());

async function costs(work: () => Promise<unknown>): Promise<Counts> {
  return (await world.gateway.counting(work)).counts;
}

/** Nothing but the edit is asked for. */
const edit = (name: string, input: object, { token }: { readonly token?: string | undefined } = me) =>
  costs(() =>
    world.gateway.query(
      `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { cartToken } }`,
      { variables: { input }, token },
    ),
  );

/** Session with its note of writes; the entry; the note of this write. One transaction: the cart's row, the line. */
const anEdit: Counts = { redis: { both: 3 }, postgres: { primary: 4 } };

describe('an edit', () => {
  it('is one transaction of four statements, and one round trip to write it through', async () => {
    const productId = toGlobalId('Product', kettle);
    expect(await edit('addToCart', { productId, quantity: 2 })).toEqual(anEdit);
    expect(await edit('setCartQuantity', { productId, quantity: 7 })).toEqual(anEdit);
    expect(await edit('removeFromCart', { productId })).toEqual(anEdit);
    expect(await edit('clearCart', {})).toEqual(anEdit);
  });

  it('of a visitor costs the same, and so does the first', async () => {
    const input = { productId: toGlobalId('Product', kettle), quantity: 2 };
    // No session, and nobody whose write would be noted.
    const ofVisitor = { redis: { both: 1 }, postgres: { primary: 4 } };
    expect(await edit('addToCart', input, {})).toEqual(ofVisitor);
    const { cartToken } = await shopping.add({}, kettle);
    expect(await edit('addToCart', { ...input, cartToken }, {})).toEqual(ofVisitor);
  });

  it('that is refused for its form costs Postgres nothing', async () => {
    expect((await costs(() => shopping.add(me, kettle, 0))).postgres).toEqual({});
    expect((await costs(() => shopping.add({ cartToken: 'nonsense' }, kettle))).postgres).toEqual({});
  });
});

describe('a cart', () => {
  const look = (who: Person) => costs(() => shopping.look(who));

  it('costs Postgres nothing behind an edit', async () => {
    await shopping.add(me, pan, 2);
    expect((await look(me)).postgres).toEqual({});
  });

  it('is one round trip for who has written nothing of late, with its products in this process', async () => {
    const reader = await world.somebody();
    await onServer(
      world.database.primaryUrl,
      `WITH made AS (INSERT INTO carts (owner, user_id) VALUES ('user ' || $1::bigint, $1) RETURNING id)
       INSERT INTO cart_lines SELECT made.id, products.id, 2 FROM made, products`,
      [idOf('User', reader.id)],
    );
    await world.database.replicated();
    await look(reader);
    await look(reader);
    // The session with its note; the cart.
    expect(await look(reader)).toEqual({ redis: { both: 2 }, postgres: {} });
  });
});

it('taking over a visitor’s cart is five statements more than signing in, three where there is none', async () => {
  const signIn = async (cartToken?: string) => {
    const { postgres } = await costs(() =>
      world.gateway.query('mutation ($input: SignInInput!) { signIn(input: $input) { token } }', {
        variables: { input: { username: me.username, password: me.password, cartToken } },
      }),
    );
    return postgres['primary'] ?? 0;
  };
  const { cartToken } = await shopping.add({}, pan, 3);
  const plain = await signIn();
  expect(await signIn(cartToken ?? '')).toBe(plain + 5);
  expect(await signIn(cartToken ?? '')).toBe(plain + 3);
});
