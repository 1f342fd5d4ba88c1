import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { idOf } from '../../schema/global-id.ts';
import { patience, startBackstop, valueOf } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import { createShopping, type CartHolder, type Lines, type Shopping } from '../../src/testing/shopping.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

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

const psql = (text: string, values: readonly unknown[]) =>
  onServer(world.database.primaryUrl, text, [...values]);

async function startFollowing() {
  const backstop = await startBackstop({
    app: world.app,
    primaryUrl: world.database.primaryUrl,
    redisUrl: inject('redisUrl'),
  });
  await backstop.follows();
  return backstop;
}

const becomes = (who: CartHolder, lines: Lines | undefined) =>
  vi.waitFor(async () => {
    await world.database.replicated();
    expect(await shopping.look(who)).toEqual(lines);
  }, patience);

it('what is changed in psql is seen, in a user’s cart and in a visitor’s', async () => {
  await startFollowing();
  const me = await world.somebody();
  const { cartToken } = await shopping.add({}, kettle, 1);
  const visitor = { cartToken: cartToken ?? '' };
  const mine = 'SELECT id FROM carts WHERE user_id = $1';
  const userId = idOf('User', me.id);

  expect(await shopping.look(me)).toEqual([]);
  await psql(`INSERT INTO carts (owner, user_id) VALUES ('user ' || $1::bigint, $1)`, [userId]);
  await psql(`INSERT INTO cart_lines SELECT id, $2, 3 FROM carts WHERE user_id = $1`, [userId, kettle]);
  await becomes(me, [[kettle, 3]]);
  await psql(`UPDATE cart_lines SET quantity = 8 WHERE cart_id = (${mine})`, [userId]);
  await becomes(me, [[kettle, 8]]);
  await psql(`DELETE FROM cart_lines WHERE cart_id = (${mine})`, [userId]);
  await becomes(me, []);

  await becomes(visitor, [[kettle, 1]]);
  await psql(`UPDATE cart_lines SET product_id = $1 WHERE product_id = $2`, [pan, kettle]);
  await becomes(visitor, [[pan, 1]]);
  await psql(`DELETE FROM carts WHERE user_id IS NULL`, []);
  await becomes(visitor, undefined);
}, 60_000);

it('an edit through a gateway costs the backstop its own entry, and no other', async () => {
  const { metrics } = await startFollowing();
  const me = await world.somebody();
  await shopping.add(me, kettle);
  const settled = async () => {
    const transactions = await valueOf(metrics.backstopTransactions);
    await vi.waitFor(
      async () => expect(await valueOf(metrics.backstopTransactions)).toBeGreaterThan(transactions + 2),
      patience,
    );
    return valueOf(metrics.backstopKeys);
  };
  const before = await settled();
  await shopping.add(me, pan);
  expect((await settled()) - before).toBe(1);
}, 60_000);
