import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createDeadline } from '../../src/clock/deadline.ts';
import type { Database } from '../../src/database/database.ts';
import { createTurns, type Turns } from '../../src/limits/turns.ts';
import { createJoinedLoads } from '../../src/store/joined-loads.ts';
import { createStore } from '../../src/store/store.ts';
import { createTransactions } from '../../src/store/transactions.ts';
import { log, openAccounts, type Gateway } from '../../src/testing/accounts.ts';
import { onServer } from '../../src/testing/database.ts';
import { lookThenTake, withoutRange } from '../../src/testing/prove/buyers/careless.ts';
import { userOwner } from './cart-owner.ts';
import { cachedCarts } from './carts.ts';
import type { Charge } from './charge.ts';
import { createCheckOut } from './check-out.ts';
import { createInventory } from './inventory.ts';
import { createOrders } from './orders.ts';

let world: Awaited<ReturnType<typeof openAccounts>>;
let gateways: readonly [Gateway, Gateway];
let productIds: readonly string[] = [];
let userIds: readonly string[] = [];
let keys = 0;

const psql = async (text: string, values: readonly unknown[] = []): Promise<readonly string[]> =>
  (await onServer<{ id: string }>(world.primaryUrl, text, values)).map(({ id }) => id);

beforeAll(async () => {
  world = await openAccounts();
  gateways = [await world.openGateway(), await world.openGateway()];
  userIds = await psql(
    `INSERT INTO users (username, password_hash, display_name) SELECT 'u' || n, '-', '-' FROM generate_series(1, 150) AS n
     RETURNING id::text`,
  );
  productIds = await psql(
    `WITH made AS (INSERT INTO products (name, price_minor, currency_code, category)
       SELECT 'Product ' || n, 100, 'EUR', 'things' FROM generate_series(1, 4) AS n RETURNING id)
     INSERT INTO inventory SELECT id, 0 FROM made RETURNING product_id::text AS id`,
  );
  await psql(`INSERT INTO carts (owner, user_id) SELECT 'user ' || id, id FROM users`);
});
afterAll(async () => {
  await world.closeGateways();
  await world.drop();
});

const unpaid: Charge = () => Promise.reject(new Error('nothing is paid here'));

/** One request of one gateway. */
function shopAt(gateway: Gateway, turns: Turns, database: Database = gateway.database) {
  const transactions =
    database === gateway.database
      ? gateway.transactions
      : createTransactions({ ...gateway, database, clock: systemClock, log });
  const deadline = createDeadline(systemClock, 20_000);
  const loads = createJoinedLoads(systemClock);
  const store = createStore({ ...gateway, database, transactions, loads, deadline, clock: systemClock });
  const orders = createOrders({ store });
  return {
    ...createCheckOut({ store, turns, orders, charge: unpaid }),
    inventory: createInventory({ store }),
    carts: cachedCarts(store),
  };
}

const buy = (shop: ReturnType<typeof shopAt>, userId: string) =>
  shop.checkOut({
    ...{ userId, idempotencyKey: `key ${(keys += 1)}` },
    ...{ currencyCode: undefined, payFromAccountId: undefined },
  });

interface CartLine {
  readonly userId: string | undefined;
  readonly productId: string | undefined;
  readonly quantity: number;
}

/** No orders, so many of each product, and carts that hold these lines and no others. */
async function begin(stock: number, lines: readonly CartLine[]): Promise<void> {
  await psql(
    `WITH lines AS (DELETE FROM cart_lines), orders AS (DELETE FROM orders) UPDATE inventory SET stock = $1`,
    [stock],
  );
  await psql(
    `INSERT INTO cart_lines (cart_id, product_id, quantity)
     SELECT id, "productId", quantity
     FROM jsonb_to_recordset($1) AS l ("userId" bigint, "productId" bigint, quantity integer)
     JOIN carts ON user_id = "userId"`,
    [JSON.stringify(lines)],
  );
  // Who buys reads the cart first, to know whose turn to wait for.
  await world.replicated();
}

const cartsWith = (productId: string | undefined, buyers: readonly string[]): readonly CartLine[] =>
  buyers.map((userId) => ({ userId, productId, quantity: 1 }));

/** What is left and what is ordered, of each product. */
const counted = () =>
  onServer<{ stock: number; ordered: number }>(
    world.primaryUrl,
    `SELECT stock, (SELECT coalesce(sum(quantity), 0)::integer FROM order_lines l
       WHERE l.product_id = i.product_id) AS ordered
     FROM inventory i ORDER BY product_id`,
  );

const cartOf = fc.dictionary(fc.constantFrom('0', '1', '2', '3'), fc.integer({ min: 1, max: 4 }));
const restocks = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 5 })), { maxLength: 3 });

describe('the stock', () => {
  it('is never below zero, and with what was ordered always what came in', async () => {
    const carts = fc.array(cartOf, { minLength: 2, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 6 }), carts, restocks, async (stock, cartsOfUsers, comesIn) => {
        const lines = cartsOfUsers.flatMap((cart, user) =>
          Object.entries(cart).map(([product, quantity]) => ({
            ...{ userId: userIds[user], productId: productIds[Number(product)], quantity },
          })),
        );
        await begin(stock, lines);
        const turns = [createTurns(), createTurns()] as const;
        const at = (index: number) =>
          shopAt(gateways[index % 2 === 0 ? 0 : 1], turns[index % 2 === 0 ? 0 : 1]);
        await Promise.all([
          ...cartsOfUsers.map((_, user) => buy(at(user), userIds[user] ?? '')),
          ...comesIn.map(([product, more], index) =>
            at(index).inventory.restock(productIds[product] ?? '', more),
          ),
        ]);
        for (const [product, { stock: left, ordered }] of (await counted()).entries()) {
          const more = comesIn.filter(([at]) => at === product).reduce((sum, [, each]) => sum + each, 0);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + ordered).toBe(stock + more);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
  }, 60_000);

  /** Four buyers of the last one, two at each gateway, all of whom have looked before the first of them takes it. */
  async function buyersOfOne(isCareless: boolean) {
    const buyers = userIds.slice(0, 4);
    await begin(1, cartsWith(productIds[0], buyers));
    const gate = createGate(buyers.length);
    const none: Turns = { take: (_key, work) => work() };
    const outcomes = await Promise.all(
      buyers.map((userId, index) => {
        const gateway = gateways[index % 2 === 0 ? 0 : 1];
        const database = isCareless ? lookThenTake(gateway.database, gate) : gateway.database;
        return buy(shopAt(gateway, none, database), userId);
      }),
    );
    return { sold: outcomes.filter(({ ok }) => ok).length, left: (await counted())[0]?.stock };
  }

  it('of one is sold to one, without turns too', async () => {
    expect(await buyersOfOne(false)).toEqual({ sold: 1, left: 0 });
  });

  it('is not taken below zero by who looks first and takes later: the column has a range', async () => {
    await expect(buyersOfOne(true)).rejects.toThrow('inventory_stock_range');
  });

  it('would be oversold so without it: the control', async () => {
    await psql(withoutRange);
    expect(await buyersOfOne(true)).toEqual({ sold: 4, left: -3 });
  });
});

/** Everybody waits at it until so many have come. */
function createGate(count: number): () => Promise<void> {
  let come = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    come += 1;
    if (come === count) open();
    return opened;
  };
}

/** 150 buy one product at once over a pool of four connections; how many found no room. */
async function turnedAway(turns: Turns): Promise<number> {
  await begin(10, cartsWith(productIds[1], userIds));
  const [gateway] = gateways;
  // As after any edit of a cart: else reading the carts would be the crowd.
  await shopAt(gateway, turns).carts.loadMany(userIds.map(userOwner));
  await gateway.cache.idle();
  await gateway.cache.idle();
  const outcomes = await Promise.allSettled(userIds.map((userId) => buy(shopAt(gateway, turns), userId)));
  return outcomes.filter(({ status }) => status === 'rejected').length;
}

describe('a crowd of buyers of one product', () => {
  it('takes turns, and leaves the connections to others', async () => {
    expect(await turnedAway(createTurns())).toBe(0);
    expect((await counted())[1]).toEqual({ stock: 0, ordered: 10 });
  }, 60_000);

  it('would hold them all, and be turned away itself, if each waited in the database: the control', async () => {
    expect(await turnedAway({ take: (_key, work) => work() })).toBeGreaterThan(0);
  }, 60_000);
});
