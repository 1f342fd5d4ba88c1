import { auditStatement, booksInOrder } from '../../bank.ts';
import { onServer } from '../../database.ts';

/** All that a check-out changes, in Postgres, at one moment. */
export interface Books {
  readonly orders: number;
  /** Of them, with the entry in the ledger that says so. */
  readonly paidOrders: number;
  /** Of each product. */
  readonly stocks: readonly number[];
  /** Of the account that pays, in minor units. */
  readonly balance: number;
  /** Of that account, in the bank's ledger. */
  readonly entries: number;
  readonly linesInCart: number;
  /** Kept under a key. */
  readonly outcomes: number;
  /** Keys without an outcome. */
  readonly stuckKeys: number;
  /** The ledger of all accounts. */
  readonly inOrder: boolean;
}

/** What became of a check-out: all of it, nothing, or the names of what has changed without the rest. */
export type Became = 'whole' | 'nothing' | `half: ${string}`;

interface Bought {
  readonly quantity: number;
  readonly priceMinor: number;
}

export async function readBooks(
  primaryUrl: string,
  keys: { readonly userId: string; readonly accountId: string; readonly productIds: readonly string[] },
): Promise<Books> {
  const [books] = await onServer<Omit<Books, 'inOrder'> & { audit: unknown }>(
    primaryUrl,
    `SELECT (SELECT count(*) FROM orders WHERE user_id = $1)::integer AS orders,
       (SELECT count(*) FROM orders JOIN ledger_entries e ON e.id = payment_entry_id
          AND e.amount_minor = -total_minor AND e.account_id = $2
        WHERE user_id = $1)::integer AS "paidOrders",
       (SELECT array_agg(stock ORDER BY product_id) FROM inventory WHERE product_id = ANY($3)) AS stocks,
       (SELECT balance_minor FROM balances WHERE account_id = $2)::float8 AS balance,
       (SELECT count(*) FROM ledger_entries WHERE account_id = $2)::integer AS entries,
       (SELECT count(*) FROM cart_lines JOIN carts ON carts.id = cart_id WHERE user_id = $1)::integer AS "linesInCart",
       (SELECT count(outcome) FROM outcomes WHERE user_id = $1)::integer AS outcomes,
       (SELECT count(*) FROM outcomes WHERE user_id = $1 AND outcome IS NULL)::integer AS "stuckKeys",
       (SELECT to_jsonb(audit) FROM (${auditStatement}) AS audit) AS audit`,
    [keys.userId, keys.accountId, keys.productIds],
  );
  if (books === undefined) throw new Error('Postgres does not tell');
  const { audit, ...rest } = books;
  return { ...rest, inOrder: isSame(audit, booksInOrder) };
}

/** As a gateway shows them where it is right. */
export const asShown = ({ stocks, balance }: Pick<Books, 'stocks' | 'balance'>): string =>
  `${stocks.join()}; ${balance}`;

export function becameOf(before: Books, after: Books, { quantity, priceMinor }: Bought): Became {
  if (isSame(after, before)) return 'nothing';
  const whole: Books = {
    ...before,
    orders: before.orders + 1,
    paidOrders: before.paidOrders + 1,
    stocks: before.stocks.map((stock) => stock - quantity),
    balance: before.balance - before.stocks.length * quantity * priceMinor,
    entries: before.entries + 1,
    linesInCart: 0,
    outcomes: before.outcomes + 1,
  };
  if (isSame(after, whole)) return 'whole';
  const names = Object.keys(whole) as (keyof Books)[];
  return `half: ${names.filter((name) => !isSame(after[name], before[name])).join(', ')}`;
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** Members in one order, however they were written down. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other))
    : value;
