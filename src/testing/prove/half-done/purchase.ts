import { idOf, toGlobalId } from '../../../../schema/global-id.ts';
import { seededPassword } from '../../../dev/seed/users.ts';
import { openFunded } from '../../bank.ts';
import { onServer } from '../../database.ts';
import { postQuery } from '../../gateway.ts';
import { checkOutDocument, type CheckOutAnswer } from '../../till.ts';
import { signIn, type Stage } from '../stage.ts';
import { asShown, readBooks, type Books } from './books.ts';

/** Somebody who buys again and again. */
export interface Buyer {
  /**
   * Something to buy that nobody has bought before, and an account to pay it from that nobody has used: nothing of it is
   * still claimed by a process that was killed.
   */
  readonly next: () => Promise<Purchase>;
}

export interface Purchase {
  /** Puts it into the cart, in place of what is there. */
  readonly fill: () => Promise<void>;
  /** The outcome; rejects where there is no answer. */
  readonly checkOut: (url: string, key: string) => Promise<CheckOutAnswer['checkOut'] | undefined>;
  readonly look: () => Promise<Books>;
  /** Stocks and balance, as the gateway shows them that the buyer asks otherwise. */
  readonly shown: () => Promise<string>;
}

/** So many of the stage's products are in one purchase, at its prices. */
export const productsEach = 2;
export const bought = { quantity: 2, priceMinor: 1_000 };

const fundsMinor = 1_000_000n;

export async function openBuyer({ servers, productIds }: Stage, url: string): Promise<Buyer> {
  const { primaryUrl } = servers;
  const products = [...productIds];
  const [user] = await onServer<{ id: string }>(
    primaryUrl,
    `SELECT id::text FROM users WHERE username = 'alice'`,
  );
  const userId = user?.id ?? '';
  const token = await signIn(url, 'alice');
  const ask: Ask = async (at, document, variables) => {
    const { data, errors } = await postQuery<never>(at, document, { variables, token });
    if (data == null || errors.length > 0) throw new Error(JSON.stringify(errors));
    return data;
  };
  await ask(url, 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }', {
    input: { password: seededPassword },
  });

  return {
    async next() {
      const some = products.splice(0, productsEach);
      const accountId = await openFunded(primaryUrl, userId, fundsMinor);
      const keys = { userId, accountId, productIds: some.map((id) => idOf('Product', id)) };
      return {
        ...createPurchase({ ask, url, productIds: some, accountId: toGlobalId('Account', accountId) }),
        look: () => readBooks(primaryUrl, keys),
      };
    },
  };
}

type Ask = <Data>(
  url: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<Data>;

interface Needs {
  readonly ask: Ask;
  readonly url: string;
  /** Global ids. */
  readonly productIds: readonly string[];
  readonly accountId: string;
}

function createPurchase({ ask, url, productIds, accountId }: Needs): Omit<Purchase, 'look'> {
  return {
    async fill() {
      await ask(url, 'mutation { clearCart(input: {}) { userErrors { code } } }', {});
      for (const productId of productIds)
        await ask(
          url,
          'mutation ($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }',
          {
            input: { productId, quantity: bought.quantity },
          },
        );
    },

    async checkOut(at, idempotencyKey) {
      const input = { idempotencyKey, payFromAccountId: accountId };
      return (await ask<CheckOutAnswer>(at, checkOutDocument, { input })).checkOut;
    },

    async shown() {
      const { nodes, account } = await ask<Shown>(
        url,
        `query ($ids: [ID!]!, $account: ID!) {
          nodes(ids: $ids) { ... on Product { inventory { stock } } }
          account(id: $account) { balance { amount } }
        }`,
        { ids: productIds, account: accountId },
      );
      const stocks = nodes.map(({ inventory }) => inventory.stock);
      return asShown({ stocks, balance: Math.round(Number(account.balance.amount) * 100) });
    },
  };
}

interface Shown {
  readonly nodes: readonly { readonly inventory: { readonly stock: number } }[];
  readonly account: { readonly balance: { readonly amount: string } };
}
