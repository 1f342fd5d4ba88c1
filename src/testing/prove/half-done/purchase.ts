import { idOf, toGlobalId } from '../../../../schema/global-id.ts';
import { auditStatement, booksInOrder, openFunded } from '../../bank.ts';
import { onServer } from '../../database.ts';
import { postQuery } from '../../gateway.ts';
import { checkOutDocument, type CheckOutAnswer } from '../../till.ts';
import { seededPassword } from '../../../dev/seed/users.ts';
import { signIn, type Stage } from '../stage.ts';

/** Somebody who buys the same again and again, and pays for it from an account. */
export interface Purchase {
  /** Puts two of each product into the cart. */
  readonly fill: () => Promise<void>;
  /** The outcome; rejects where there is no answer. */
  readonly checkOut: (url: string, key: string) => Promise<CheckOutAnswer['checkOut'] | undefined>;
  /** In Postgres, at one moment. */
  readonly look: () => Promise<Books>;
  /** Through the gateway that lives; stocks of the products, and the balance. */
  readonly shown: () => Promise<string>;
}

/** All that a check-out changes. */
export interface Books {
  readonly orders: number;
  readonly paidOrders: number;
  /** Of each product, and of the money in minor units. */
  readonly stocks: readonly number[];
  readonly balance: number;
  /** Of the buyer's, in the bank's ledger. */
  readonly entries: number;
  readonly linesInCart: number;
  /** Kept under a key; one without an outcome is a key that is stuck. */
  readonly outcomes: number;
  readonly stuckKeys: number;
  readonly inOrder: boolean;
}

/** What became of a check-out: all of it, nothing, or the names of what does not fit to either. */
export type Became = 'whole' | 'nothing' | `half: ${string}`;

const each = 2;
/** As the stage prices its products, in minor units. */
const price = 1_000;
const fundsMinor = 100_000_000n;

export async function openPurchase(stage: Stage, url: string): Promise<Purchase> {
  const { primaryUrl } = stage.servers;
  const productIds = stage.productIds.slice(0, 2);
  const keys = productIds.map((id) => idOf('Product', id));
  await onServer(primaryUrl, 'UPDATE inventory SET stock = 10000');
  const [user] = await onServer<{ id: string }>(
    primaryUrl,
    `SELECT id::text FROM users WHERE username = 'alice'`,
  );
  const userId = user?.id ?? '';
  const accountKey = await openFunded(primaryUrl, userId, fundsMinor);
  const accountId = toGlobalId('Account', accountKey);
  const token = await signIn(url, 'alice');
  await ask(url, 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }', {
    input: { password: seededPassword },
  });

  async function ask<Data>(at: string, document: string, variables: Record<string, unknown>): Promise<Data> {
    const { data, errors } = await postQuery<Data>(at, document, { variables, token });
    if (data == null || errors.length > 0) throw new Error(JSON.stringify(errors));
    return data;
  }

  return {
    async fill() {
      for (const productId of productIds)
        await ask(
          url,
          'mutation ($input: SetCartQuantityInput!) { setCartQuantity(input: $input) { userErrors { code } } }',
          { input: { productId, quantity: each } },
        );
    },

    async checkOut(at, idempotencyKey) {
      const input = { idempotencyKey, payFromAccountId: accountId };
      return (await ask<CheckOutAnswer>(at, checkOutDocument, { input })).checkOut;
    },

    async look() {
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
        [userId, accountKey, keys],
      );
      if (books === undefined) throw new Error('Postgres does not tell');
      const { audit, ...rest } = books;
      return { ...rest, inOrder: isSame(audit, booksInOrder) };
    },

    async shown() {
      const seen = await ask<{
        readonly nodes: readonly { readonly inventory: { readonly stock: number } }[];
        readonly account: { readonly balance: { readonly amount: string } };
      }>(
        url,
        `query ($ids: [ID!]!, $account: ID!) {
          nodes(ids: $ids) { ... on Product { inventory { stock } } }
          account(id: $account) { balance { amount } }
        }`,
        { ids: productIds, account: accountId },
      );
      const stocks = seen.nodes.map(({ inventory }) => inventory.stock);
      return `${stocks.join()}; ${Math.round(Number(seen.account.balance.amount) * 100)}`;
    },
  };
}

/** As `shown` tells it where it is right. */
export const asShown = ({ stocks, balance }: Books): string => `${stocks.join()}; ${balance}`;

export function becameOf(before: Books, after: Books): Became {
  if (isSame(after, before)) return 'nothing';
  const whole: Books = {
    ...before,
    orders: before.orders + 1,
    paidOrders: before.paidOrders + 1,
    stocks: before.stocks.map((stock) => stock - each),
    balance: before.balance - before.stocks.length * each * price,
    entries: before.entries + 1,
    linesInCart: 0,
    outcomes: before.outcomes + 1,
  };
  if (isSame(after, whole)) return 'whole';
  const names = Object.keys(whole) as (keyof Books)[];
  const changed = names.filter((name) => !isSame(after[name], before[name]));
  return `half: ${changed.join(', ')}`;
}

/** What is compared lists its members in one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other))
    : value;
