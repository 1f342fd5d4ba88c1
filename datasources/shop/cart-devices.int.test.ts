import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTurns, type Turns } from '../../src/limits/turns.ts';
import type { Gateway } from '../../src/testing/accounts.ts';
import { openCarts, quantities, shopperOf, type Carts } from '../../src/testing/carts.ts';
import type { Edited } from './cart-edits.ts';
import type { Cart } from './carts.ts';

let carts: Carts;
beforeAll(async () => {
  carts = await openCarts();
});
afterEach(() => carts.closeGateways());
afterAll(() => carts.drop());

/** Holds a user's cart until it is let go, as an edit does that is slow. */
async function holdCart(userId: string) {
  const client = new pg.Client({ connectionString: carts.primaryUrl });
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM carts WHERE user_id = $1 FOR UPDATE', [userId]);
  return {
    untilWaiting: (count: number) =>
      vi.waitFor(
        async () =>
          expect(
            await carts.psql(
              `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
            ),
          ).toHaveLength(count),
        { timeout: 10_000, interval: 5 },
      ),
    letGo: () => client.query('COMMIT'),
  };
}

describe('two devices that edit one cart at the same moment', () => {
  async function twoAtOnce(add: (device: Gateway, index: number) => Promise<Edited>, userId: string) {
    const devices = [await carts.openGateway(), await carts.openGateway()];
    const held = await holdCart(userId);
    const edits = devices.map(add);
    await held.untilWaiting(2);
    await held.letGo();
    const answers = await Promise.all(edits);
    const last = answers.toSorted((a, b) => a.cart.version - b.cart.version).at(-1);
    return { devices, last };
  }
  const adding =
    (userId: string, productOf: (index: number) => string) => async (device: Gateway, index: number) => {
      const added = await carts.editsOf(device).add(shopperOf(userId), productOf(index), 2);
      if (!added.ok) throw new Error('refused');
      return added.value;
    };

  it('both count, on one line', async () => {
    const userId = await carts.newUser();
    await carts.editsOf(await carts.openGateway()).add(shopperOf(userId), carts.product(0), 1);
    const { devices, last } = await twoAtOnce(
      adding(userId, () => carts.product(0)),
      userId,
    );
    expect(quantities(last?.cart)).toEqual(new Map([[carts.product(0), 5]]));
    for (const device of devices) expect(await carts.look(device, userId)).toEqual(last?.cart);
  });

  it('and on two: whoever comes last answers and writes through what the other has put in', async () => {
    const userId = await carts.newUser();
    await carts.editsOf(await carts.openGateway()).clear(shopperOf(userId));
    await carts.editsOf(await carts.openGateway()).add(shopperOf(userId), carts.product(0), 1);
    const { devices, last } = await twoAtOnce(
      adding(userId, (index) => carts.product(index + 1)),
      userId,
    );
    expect(quantities(last?.cart)).toEqual(
      new Map([
        [carts.product(0), 1],
        [carts.product(1), 2],
        [carts.product(2), 2],
      ]),
    );
    for (const device of devices) expect(await carts.look(device, userId)).toEqual(last?.cart);
  });

  /** Resolves to what the carts of new users hold, each of whom begins on both devices at once. */
  async function beginOnBoth(users: number): Promise<readonly ReadonlyMap<string, number>[]> {
    const devices = [await carts.openGateway(), await carts.openGateway()] as const;
    const begun: ReadonlyMap<string, number>[] = [];
    for (let user = 0; user < users; user += 1) {
      const userId = await carts.newUser();
      const add = adding(userId, () => carts.product(0));
      const answers = await Promise.all(devices.map(add));
      begun.push(quantities(answers.toSorted((a, b) => a.cart.version - b.cart.version).at(-1)?.cart));
    }
    return begun;
  }

  it('begin one cart', async () => {
    expect(new Set((await beginOnBoth(60)).map((cart) => cart.get(carts.product(0))))).toEqual(new Set([4]));
  });

  it('would fail where the user is unique beside the owner: the control', async () => {
    await carts.psql('CREATE UNIQUE INDEX carts_of_one_user ON carts (user_id)');
    onTestFinished(async () => {
      await carts.psql('DROP INDEX carts_of_one_user');
    });
    await expect(beginOnBoth(2_000)).rejects.toThrow('carts_of_one_user');
  });

  it('would not see it in one statement with the lock: the control', async () => {
    const userId = await carts.newUser();
    await carts.editsOf(await carts.openGateway()).add(shopperOf(userId), carts.product(0), 1);
    const held = await holdCart(userId);
    const inOneStatement = [1, 2].map((index) =>
      carts.psql<{ product_id: string }>(
        `WITH cart AS (UPDATE carts SET updated_at = now() WHERE user_id = $1 RETURNING id),
         put AS (INSERT INTO cart_lines SELECT id, $2, 2 FROM cart RETURNING cart_id, product_id)
         SELECT product_id FROM put UNION ALL
         SELECT product_id FROM cart_lines WHERE cart_id = (SELECT id FROM cart)`,
        [userId, carts.product(index)],
      ),
    );
    await held.untilWaiting(2);
    await held.letGo();
    expect((await Promise.all(inOneStatement)).map((rows) => rows.length)).toEqual([2, 2]);
  });
});

interface Edit {
  readonly device: number;
  readonly kind: 'add' | 'set' | 'remove' | 'clear' | 'look';
  readonly product: number;
  readonly quantity: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  device: fc.nat(1),
  kind: fc.constantFrom<Edit['kind']>('add', 'add', 'add', 'set', 'set', 'remove', 'clear', 'look'),
  product: fc.nat(3),
  quantity: fc.integer({ min: 1, max: 400 }),
});

interface Done extends Edit {
  readonly cart: Cart;
}

/** What the edits make of an empty cart one after the other, in the order of their versions, beside what each answered. */
function serially(done: readonly Done[]) {
  const lines = new Map<string, number>();
  return done
    .toSorted((a, b) => a.cart.version - b.cart.version)
    .map(({ kind, product: index, quantity, cart }) => {
      const id = carts.product(index);
      if (kind === 'add') lines.set(id, (lines.get(id) ?? 0) + quantity);
      if (kind === 'set') lines.set(id, quantity);
      if (kind === 'remove') lines.delete(id);
      if (kind === 'clear') lines.clear();
      return { wanted: new Map(lines), got: quantities(cart) };
    });
}

/** What it came to; undefined where it was refused, or changed nothing because there was no cart yet. */
async function perform(gateway: Gateway, userId: string, { kind, product: index, quantity }: Edit) {
  const edits = carts.editsOf(gateway);
  const who = shopperOf(userId);
  if (kind === 'look') {
    await carts.look(gateway, userId);
    return undefined;
  }
  if (kind === 'remove') return existing(await edits.remove(who, carts.product(index)));
  if (kind === 'clear') return existing(await edits.clear(who));
  const outcome =
    kind === 'add'
      ? await edits.add(who, carts.product(index), quantity)
      : await edits.setQuantity(who, carts.product(index), quantity);
  return outcome.ok ? outcome.value.cart : undefined;
}

const existing = ({ cart }: Edited) => (cart.version === 0 ? undefined : cart);

it('whatever two devices do to a cart is what their edits make of it one after the other, and both see it', async () => {
  const gateways = [await carts.openGateway(), await carts.openGateway()] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 24 }), async (plan) => {
      const userId = await carts.newUser();
      const done: Done[] = [];
      const run = async (gateway: Gateway, edits: readonly Edit[]) => {
        const versions: number[] = [];
        for (const each of edits) {
          const cart = await perform(gateway, userId, each);
          if (cart === undefined) continue;
          done.push({ ...each, cart });
          versions.push(cart.version);
        }
        // In the order in which the device has made them.
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      };
      await Promise.all(
        gateways.map((gateway, device) =>
          run(
            gateway,
            plan.filter((one) => one.device === device),
          ),
        ),
      );
      const states = serially(done);
      for (const { wanted, got } of states) expect(got).toEqual(wanted);
      for (const gateway of gateways)
        expect(quantities(await carts.look(gateway, userId))).toEqual(states.at(-1)?.wanted ?? new Map());
    }),
    { numRuns: 10, seed: 20_264 },
  );
}, 60_000);

describe('a crowd of edits of one cart', () => {
  async function turnedAway(turns: Turns): Promise<number> {
    const userId = await carts.newUser();
    const gateway = await carts.openGateway();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 150 }, () =>
        carts.editsOf(gateway, turns).add(shopperOf(userId), carts.product(0), 1),
      ),
    );
    return outcomes.filter(({ status }) => status === 'rejected').length;
  }

  it('takes turns, and leaves the connections to others', async () => {
    expect(await turnedAway(createTurns())).toBe(0);
  }, 60_000);

  it('would hold them all, and be turned away itself, if each waited in the database: the control', async () => {
    expect(await turnedAway({ take: (_key, work) => work() })).toBeGreaterThan(0);
  }, 60_000);
});
