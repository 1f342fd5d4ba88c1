import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quiet, type Counts, type Gateway } from '../../src/testing/gateway.ts';
import { createShopping } from '../../src/testing/shopping.ts';
import { createTill, type Till } from '../../src/testing/till.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

/** What a signed-in request costs before anything of it is resolved: its session, with the note of what that has written. */
const signedInAnd = (more: number): Counts => ({ redis: { both: 1 + more }, postgres: {} });

let world: World;
let second: Gateway;
let till: Till;
let buyer: Person;
/** Has written nothing of late: else the copies of the process are passed over. */
let reader: Person;
let productId: string;
beforeAll(async () => {
  world = await createWorld(quiet);
  second = await world.anotherGateway(quiet);
  till = createTill(world);
  [buyer, reader] = [await world.somebody(), await world.somebody()];
  productId = await world.product({ stock: 1_000 });
  await till.orderPastGateways(reader, productId, 60);
  await world.database.replicated();
});
afterAll(() => world.close());

async function costs(gateway: Gateway, query: string): Promise<Counts> {
  // Else it would be noted meanwhile that the reader is there.
  await gateway.query('{ viewer { username } }', { token: reader.token });
  const { result, counts } = await gateway.counting(() => gateway.query(query, { token: reader.token }));
  expect(result.errors).toEqual([]);
  return counts;
}

describe('the orders of a user, with their lines and products', () => {
  const whole = '{ viewer { orders { nodes { total { amount } lines { name product { name } } } } } }';

  it('cost nothing beside the session where this process has copies', async () => {
    await costs(world.gateway, whole);
    await costs(world.gateway, whole);
    expect(await costs(world.gateway, whole)).toEqual(signedInAnd(0));
  });

  it('cost three more, one for each step, where only Redis has them', async () => {
    await costs(world.gateway, whole);
    // The user; which orders; the orders; the products.
    expect(await costs(second, whole)).toEqual(signedInAnd(3));
  });

  it('cost one statement more where they are older than what is cached, and the orders themselves once', async () => {
    const older = '{ viewer { orders(first: 40) { nodes { id } } } }';
    await costs(world.gateway, older);
    expect((await costs(world.gateway, older)).postgres).toEqual({ 'replica-1': 1 });
  });
});

describe('a check-out', () => {
  const checkOut = async (products: readonly string[], idempotencyKey: string) => {
    for (const product of products) await createShopping(world.gateway.url).add(buyer, product);
    return world.gateway.counting(() => till.checkOut(buyer, { idempotencyKey }));
  };

  it('of three products is one transaction of nine statements', async () => {
    const three = [productId, await world.product(), await world.product()];
    await checkOut([productId], 'warm');
    const { result, counts } = await checkOut(three, 'counted');
    expect(result.data?.checkOut.userErrors).toEqual([]);
    // BEGIN; the key; the cart; its lines; the stock; the order; what stays in the cart; the outcome; COMMIT.
    // Session and its note; the cart; the claims; the entries; the note of this write.
    expect(counts).toEqual({ redis: { both: 5 }, postgres: { primary: 9 } });
  });

  it('that is repeated is one of four, and the order is cached', async () => {
    await till.checkOut(buyer, { idempotencyKey: 'counted' });
    const { counts } = await world.gateway.counting(() =>
      till.checkOut(buyer, { idempotencyKey: 'counted' }),
    );
    expect(counts.postgres).toEqual({ primary: 4 });
  });
});
