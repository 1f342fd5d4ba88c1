import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type World } from '../../testing/world.ts';
import { seed } from './seed.ts';
import { seededPassword } from './users.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await seed(world.database.primaryUrl);
  await world.database.replicated();
});
afterAll(() => world.close());

it('gives alice, bob and carol a cart with three products and three totals', async () => {
  for (const username of ['alice', 'bob', 'carol']) {
    const token = (await world.signIn(username, seededPassword)).data?.signIn.token ?? '';
    const { data, errors } = await world.gateway.query<{
      viewer: { cart: { lines: readonly unknown[]; totals: readonly unknown[] } };
    }>(
      '{ viewer { cart { lines { quantity product { name } total { amount } } totals { currencyCode } } } }',
      {
        token,
      },
    );
    expect(errors).toEqual([]);
    expect(data?.viewer.cart.lines).toHaveLength(3);
    expect(data?.viewer.cart.totals).toHaveLength(3);
  }
});
