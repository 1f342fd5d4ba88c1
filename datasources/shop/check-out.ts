import { z } from 'zod';
import type { CurrencyCode } from '../../schema/money.ts';
import type { Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome, type Refusal } from '../../src/errors/refusal.ts';
import type { Turns } from '../../src/limits/turns.ts';
import { once, type Repeatable } from '../../src/store/once.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { chooseLines, type Basket } from './basket.ts';
import { userOwner } from './cart-owner.ts';
import { lockCartLines, removeOrdered } from './cart-rows.ts';
import { cachedCarts, type CartLine } from './carts.ts';
import type { Charge } from './charge.ts';
import { inventoryPolicy } from './inventory.ts';
import { insertOrder, lockStock, type Short } from './order-rows.ts';
import { noteOrder, type createOrders, type Order } from './orders.ts';

/** An order that is wished for. */
export interface CheckOut {
  readonly userId: string;
  /** 1 to 100 characters, the user's own. */
  readonly idempotencyKey: string;
  /** Which of the cart's lines; all of them where there is but one currency. */
  readonly currencyCode: CurrencyCode | undefined;
  /** Where it is paid from; not paid now when undefined. */
  readonly payFromAccountId: string | undefined;
}

const keptCodes = [
  'EMPTY_CART',
  'MIXED_CURRENCIES',
  'INVALID_QUANTITY',
  'OUT_OF_STOCK',
  'UNKNOWN_ACCOUNT',
  'INSUFFICIENT_FUNDS',
  'CURRENCY_MISMATCH',
] as const;

type KeptRefusal = (typeof keptCodes)[number];
export type CheckOutRefusal = KeptRefusal | 'INVALID_LENGTH' | 'IDEMPOTENCY_KEY_REUSED';

/** What a repeat is answered with: the order's id, or why there is none. */
const kept: z.ZodType<Outcome<string, KeptRefusal>> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.string() }),
  z.object({
    ok: z.literal(false),
    refusals: z.array(
      z.object({ code: z.enum(keptCodes), message: z.string(), field: z.array(z.string()).nullable() }),
    ),
  }),
]);

interface Needs {
  readonly store: Store;
  readonly turns: Turns;
  readonly orders: ReturnType<typeof createOrders>;
  readonly charge: Charge;
}

const longestKey = 100;

/**
 * Makes an order of a cart, in one transaction:
 *
 * 1. An earlier outcome of the key; it ends here.
 * 2. The lock of the cart, and its lines at the prices of now.
 * 3. The locks of the stock, in the order of the products. Too little of anything refuses the whole.
 * 4. The payment, under the lock of the account. Nothing is written before, so that a refusal can be kept.
 * 5. The stock is taken, the order made, its lines leave the cart.
 *
 * Everybody takes the locks in this order, so nobody waits in a circle.
 */
export function createCheckOut({ store, turns, orders, charge }: Needs) {
  const carts = cachedCarts(store);

  /**
   * The order, or the first outcome of the same key, refusals included; undefined where an order has been removed since.
   */
  async function checkOut(asked: CheckOut): Promise<Outcome<Order | undefined, CheckOutRefusal>> {
    const { length } = asked.idempotencyKey;
    if (length < 1 || length > longestKey) return refused(invalidKey);
    let placed: Order | undefined;
    const told = await inTurn(asked.userId, () =>
      store.write((tx, changed) =>
        once(tx, repeatable(asked), kept, async () => {
          const outcome = await place(tx, changed, asked);
          if (!outcome.ok) return outcome;
          placed = outcome.value;
          return done(placed.id);
        }),
      ),
    );
    if (told.kind === 'another-request') return refused(keyReused);
    if (!told.outcome.ok) return told.outcome;
    return done(placed ?? (await orders.get(asked.userId, told.outcome.value)));
  }

  /**
   * Buyers of one product queue at the row of its stock. Waiting there each would hold a connection, so those of one process
   * take turns by product before they ask for one; and each user's own, before that, so that what is in the cart is known.
   * Turns are taken in the order of the products, and all of them before the transaction: whoever has a turn waits for turns
   * of later products alone, and who is in the database for none at all, so there is no circle here either. Which turns are
   * taken is a guess, for the cart is not locked yet; a wrong one costs a connection that waits, and nothing else.
   */
  async function inTurn<T>(userId: string, work: () => Promise<T>): Promise<T> {
    return turns.take(`check-out ${userId}`, async () => {
      const cart = await carts.load(userOwner(userId));
      const keys = stockTurns(cart?.lines ?? []);
      return keys.reduceRight((inner, key) => () => turns.take(key, inner), work)();
    });
  }

  async function place(
    tx: Queryable,
    changed: Changed,
    { userId, currencyCode, payFromAccountId }: CheckOut,
  ): Promise<Outcome<Order, KeptRefusal>> {
    const chosen = chooseLines(await lockCartLines(tx, userId), currencyCode);
    if (!chosen.ok) return chosen;
    const basket = chosen.value;
    const short = await lockStock(tx, basket.lines);
    if (short.length > 0) return refused(...short.map(outOfStock));
    const paid = await pay(tx, changed, { userId, basket, accountId: payFromAccountId });
    if (!paid.ok) return paid;
    const order = await insertOrder(tx, { userId, basket, entryId: paid.value });
    noteOrder(changed, order);
    const productIds = basket.lines.map(({ productId }) => productId);
    for (const id of productIds) changed(inventoryPolicy, id);
    await removeOrdered(tx, changed, userId, productIds);
    return done(order);
  }

  /** The entry in the buyer's ledger; undefined where nothing is paid now. */
  async function pay(
    tx: Queryable,
    changed: Changed,
    { userId, basket, accountId }: Paying,
  ): Promise<Outcome<string | undefined, KeptRefusal>> {
    if (accountId === undefined) return done(undefined);
    const payment = { userId, accountId, amount: basket.total, note: noteOf(basket) };
    const charged = await charge(tx, changed, payment);
    if (charged.ok) return done(charged.value.entryId);
    return refused(...charged.refusals.map((refusal) => ({ ...refusal, field: ['payFromAccountId'] })));
  }

  return { checkOut };
}

interface Paying {
  readonly userId: string;
  readonly basket: Basket;
  readonly accountId: string | undefined;
}

const repeatable = ({ userId, idempotencyKey, ...request }: CheckOut): Repeatable => ({
  ...{ userId, operation: 'check-out', key: idempotencyKey },
  request: [request.currencyCode ?? null, request.payFromAccountId ?? null],
});

/** For `turns.take`, in the order of the products. */
const stockTurns = (lines: readonly CartLine[]): readonly string[] =>
  lines
    .map(({ productId }) => BigInt(productId))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((productId) => `stock ${productId}`);

/** Such as `Kettle and 2 more`. */
function noteOf({ lines }: Basket): string {
  const [first] = lines;
  const more = lines.length > 1 ? ` and ${lines.length - 1} more` : '';
  return `${first?.name ?? ''}${more}`;
}

const outOfStock = ({ line, stock }: Short): Refusal<'OUT_OF_STOCK'> => ({
  code: 'OUT_OF_STOCK',
  message: `There are ${stock} left of “${line.name}”, not ${line.quantity}.`,
  field: null,
});

const invalidKey = about(
  'idempotencyKey',
  'INVALID_LENGTH',
  `The idempotency key must have 1 to ${longestKey} characters.`,
);
const keyReused = about(
  'idempotencyKey',
  'IDEMPOTENCY_KEY_REUSED',
  'This idempotency key was used for another order before.',
);
