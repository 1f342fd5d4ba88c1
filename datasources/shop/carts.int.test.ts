import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { openCarts, quantities, shopperOf, type Carts } from '../../src/testing/carts.ts';
import { lockCartLines, removeOrdered } from './cart-rows.ts';
import { createCartSweep } from './cart-sweep.ts';

let carts: Carts;
beforeAll(async () => {
  carts = await openCarts();
});
afterEach(() => carts.closeGateways());
afterAll(() => carts.drop());

describe('a cart whose entry is lost', () => {
  it('is read from Postgres, whole', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 3);
    await carts.look(gateway, userId);
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(1), 4);
    const key = `${gateway.app}:v2:g1:cart.1:user%20${userId}`;
    expect(await gateway.redis.batch([['del', key]])).toEqual([1]);
    await carts.replicated();
    expect(quantities(await carts.look(await carts.openGateway(), userId))).toEqual(
      new Map([
        [carts.product(0), 3],
        [carts.product(1), 4],
      ]),
    );
  });
});

describe('the version of a cart', () => {
  it('is raised by whoever changes a line past the gateways, and goes on where a cart is made again', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 3);
    const line = 'cart_id = (SELECT id FROM carts WHERE user_id = $1)';
    let before = await carts.versionOf(userId);
    for (const change of [
      `UPDATE cart_lines SET quantity = 4 WHERE ${line}`,
      `DELETE FROM cart_lines WHERE ${line}`,
      `INSERT INTO cart_lines SELECT id, ${carts.product(0)}, 1 FROM carts WHERE user_id = $1`,
    ]) {
      await carts.psql(change, [userId]);
      const after = await carts.versionOf(userId);
      expect(after).toBeGreaterThan(before);
      before = after;
    }
    await carts.psql('DELETE FROM carts WHERE user_id = $1', [userId]);
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 3);
    expect(await carts.versionOf(userId)).toBeGreaterThan(before);
  });

  it('is raised once by an edit, which says what it has raised it to', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 3);
    const added = await carts.editsOf(gateway).add(shopperOf(userId), carts.product(1), 3);
    expect(added.ok && added.value.cart.version).toBe(await carts.versionOf(userId));
  });
});

describe('an order', () => {
  it('locks the cart, sees what it holds at the prices of the moment, and leaves the rest there', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    const who = shopperOf(userId);
    for (const index of [2, 0, 1]) await carts.editsOf(gateway).add(who, carts.product(index), index + 1);
    await carts.look(gateway, userId);
    const { lines, late } = await storeOf(gateway).write(async (tx, changed) => {
      const locked = await lockCartLines(tx, userId);
      // Waits for the commit.
      const meanwhile = carts.editsOf(await carts.openGateway()).add(who, carts.product(3), 9);
      const ordered = [carts.product(0), carts.product(1)];
      await removeOrdered(tx, changed, userId, ordered);
      return { lines: locked, late: meanwhile };
    });
    const peg = { name: 'Peg', priceMinor: 10n, currencyCode: 'EUR' };
    expect(lines).toEqual([
      { productId: carts.product(2), quantity: 3, ...peg },
      { productId: carts.product(0), quantity: 1, ...peg },
      { productId: carts.product(1), quantity: 2, ...peg },
    ]);
    expect((await late).ok).toBe(true);
    const seen = await carts.look(gateway, userId);
    expect([...quantities(seen)]).toEqual([
      [carts.product(2), 3],
      [carts.product(3), 9],
    ]);
    expect(seen?.version).toBe(await carts.versionOf(userId));
  });

  it('of all there is leaves an empty cart, written through', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 1);
    await carts.look(gateway, userId);
    await storeOf(gateway).write(async (tx, changed) => {
      await lockCartLines(tx, userId);
      await removeOrdered(tx, changed, userId, [carts.product(0)]);
    });
    expect((await carts.look(gateway, userId))?.lines).toEqual([]);
  });

  it('of somebody without a cart finds nothing', async () => {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    const lines = await storeOf(gateway).write((tx) => lockCartLines(tx, userId));
    expect(lines).toEqual([]);
  });
});

describe('the sweep', () => {
  const visit = async (gateway: Gateway) => {
    const added = await carts
      .editsOf(gateway)
      .add({ kind: 'visitor', token: undefined }, carts.product(0), 1);
    return added.ok ? (added.value.token ?? '') : '';
  };
  const age = (days: number, ids: string) =>
    carts.psql(`UPDATE carts SET updated_at = now() - make_interval(days => $1) WHERE id IN (${ids})`, [
      days,
    ]);

  it('takes visitors’ carts after 30 days without a change, and never a user’s', async () => {
    const gateway = await carts.openGateway();
    const userId = await carts.newUser();
    await carts.editsOf(gateway).add(shopperOf(userId), carts.product(0), 1);
    const [kept, gone] = [await visit(gateway), await visit(gateway)];
    await age(29, 'SELECT id FROM carts');
    await age(31, 'SELECT max(id) FROM carts');
    await age(31, `SELECT id FROM carts WHERE user_id = ${userId}`);
    await createCartSweep({ openStore: () => storeOf(gateway) }).run();
    const edits = carts.editsOf(gateway);
    expect((await edits.add({ kind: 'visitor', token: kept }, carts.product(0), 1)).ok).toBe(true);
    await expect(edits.add({ kind: 'visitor', token: gone }, carts.product(0), 1)).rejects.toThrow('no cart');
    expect((await carts.look(gateway, userId))?.lines).toHaveLength(1);
  });

  it('goes on behind the first 500', async () => {
    const gateway = await carts.openGateway();
    await carts.psql(
      `INSERT INTO carts (owner, updated_at) SELECT 'visitor ' || n, now() - interval '40 days' FROM generate_series(1, 1100) n`,
    );
    await createCartSweep({ openStore: () => storeOf(gateway) }).run();
    const old = await carts.psql(
      `SELECT FROM carts WHERE updated_at < now() - interval '30 days' AND user_id IS NULL`,
    );
    expect(old).toEqual([]);
  });
});
