import type { CurrencyCode, MinorMoney } from '../../schema/money.ts';
import { about, done, refused, type Outcome, type Refusal } from '../../src/errors/refusal.ts';
import type { LockedLine } from './cart-rows.ts';

/** What is ordered at once: all in one currency. */
export interface Basket {
  /** In the order of their products' ids: whoever locks several does it in this order. */
  readonly lines: readonly LockedLine[];
  readonly total: MinorMoney;
}

export type BasketRefusal = 'EMPTY_CART' | 'MIXED_CURRENCIES' | 'INVALID_QUANTITY';

/** Postgres `bigint` holds 18 digits with certainty. */
const maxTotalMinor = 10n ** 18n - 1n;

/** The lines of a cart that are to be ordered: those of the currency named, or all where they have but one. */
export function chooseLines(
  cart: readonly LockedLine[],
  currency: CurrencyCode | undefined,
): Outcome<Basket, BasketRefusal> {
  const lines = cart
    .filter(({ currencyCode }) => currency === undefined || currencyCode === currency)
    .toSorted((one, other) => compare(BigInt(one.productId), BigInt(other.productId)));
  const [first] = lines;
  if (first === undefined) return refused(currency === undefined ? empty() : noneIn(currency));
  const { currencyCode } = first;
  if (lines.some((line) => line.currencyCode !== currencyCode)) return refused(mixed);
  const amountMinor = lines.reduce(
    (sum, { quantity, priceMinor }) => sum + BigInt(quantity) * priceMinor,
    0n,
  );
  if (amountMinor > maxTotalMinor) return refused(tooMuch());
  return done({ lines, total: { amountMinor, currencyCode } });
}

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : Number(one > other));

const aboutAll = <Code extends BasketRefusal>(code: Code, message: string): Refusal<Code> => ({
  code,
  message,
  field: null,
});
const empty = () => aboutAll('EMPTY_CART', 'There is nothing in the cart.');
const noneIn = (currency: CurrencyCode) =>
  about('currencyCode', 'EMPTY_CART', `There is nothing in the cart that is sold in ${currency}.`);
const mixed = about(
  'currencyCode',
  'MIXED_CURRENCIES',
  'The cart has prices in several currencies; say which of them to order.',
);
const tooMuch = () => aboutAll('INVALID_QUANTITY', 'This costs more than can be counted; order less.');
