import { idOf } from '../../../../schema/global-id.ts';
import { formatMoney } from '../../../../schema/money.ts';
import type { Random } from '../../../clock/random.ts';
import { postQuery } from '../../gateway.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Customer } from './customers.ts';

/** What a customer was shown of an account. */
export interface Sight {
  readonly account: string;
  /**
   * The payer's entry of the latest transfer on this account that had been acknowledged when the question was sent; 0 where
   * there was none. Transfers on one account are in the order of these.
   */
  readonly acknowledged: number;
  /** The same when the answer came. */
  readonly acknowledgedThen: number;
  readonly balance: string;
  /** Ids of the entries, newest first. */
  readonly recent: readonly number[];
  /** The same through the connection, which reaches behind what is cached; undefined where it was not asked for. */
  readonly page: readonly number[] | undefined;
}

export interface Told {
  /** Transfers that were answered with a transaction, each key counted once. */
  readonly made: number;
  readonly refused: number;
  /** Keys that were sent again and answered with something else. */
  readonly changedAnswers: number;
  readonly sights: readonly Sight[];
}

interface Scene {
  readonly urls: readonly [string, string];
  readonly customers: readonly Customer[];
  readonly random: Random;
  /** Begins the idempotency keys. */
  readonly name: string;
}

/** Of each at most one transfer is committed and not acknowledged yet. */
export const clients = 16;
/** In minor units: sometimes more than there is. */
const mostMoved = 20_000;
/** One transfer of so many is sent twice at once. */
const repeatedOneIn = 10;
/** One look of so many reads a page too. */
const pagedOneIn = 5;
/** Longer than what is cached of an account. */
const pageLength = 25;

const transferMutation = `mutation ($input: TransferInput!) {
  transfer(input: $input) { transaction { id } userErrors { code } }
}`;
const lookQuery = `query ($id: ID!, $first: Int!, $withPage: Boolean!) {
  account(id: $id) {
    balance { amount }
    recentTransactions { id }
    transactions(first: $first) @include(if: $withPage) { nodes { id } }
  }
}`;

interface TransferAnswer {
  readonly transfer: {
    readonly transaction: { readonly id: string } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}
interface Ids {
  readonly id: string;
}
interface LookAnswer {
  readonly account: {
    readonly balance: { readonly amount: string };
    readonly recentTransactions: readonly Ids[];
    readonly transactions?: { readonly nodes: readonly Ids[] };
  };
}

/** Random transfers by many clients at once; behind each the payer and the payee look, each through one of the gateways. */
export async function runTraffic(
  context: Pick<ProofContext, 'step' | 'signal'>,
  { urls, customers, random, name }: Scene,
  transfers: number,
): Promise<Told> {
  const acknowledged = new Map<string, number>();
  const sights: Sight[] = [];
  const count = { made: 0, refused: 0, changedAnswers: 0 };
  let keys = 0;
  const below = (bound: number) => Math.floor(random() * bound);
  const someUrl = () => urls[random() < 0.5 ? 0 : 1];

  async function transfer(): Promise<void> {
    const payer = customers[below(customers.length)];
    const payee = customers.filter((each) => each !== payer)[below(customers.length - 1)];
    if (payer === undefined || payee === undefined) throw new Error('there must be two customers');
    const input = {
      fromAccountId: payer.accountId,
      toAccountId: payee.accountId,
      amount: formatMoney({ amountMinor: BigInt(1 + below(mostMoved)), currencyCode: 'EUR' }),
      idempotencyKey: `${name} ${(keys += 1)}`,
    };
    const send = () => ask<TransferAnswer>(someUrl(), transferMutation, { input }, payer.token);
    const [first, ...again] = await Promise.all(below(repeatedOneIn) === 0 ? [send(), send()] : [send()]);
    if (again.some((other) => JSON.stringify(other) !== JSON.stringify(first))) count.changedAnswers += 1;
    const { transaction } = first.transfer;
    if (transaction === null) {
      count.refused += 1;
    } else {
      count.made += 1;
      for (const { accountKey } of [payer, payee]) acknowledge(accountKey, keyOf(transaction));
    }
    const places = random() < 0.5 ? urls : urls.toReversed();
    await Promise.all([payer, payee].map((who, place) => look(places[place] ?? '', who)));
  }

  function acknowledge(account: string, entry: number): void {
    acknowledged.set(account, Math.max(acknowledged.get(account) ?? 0, entry));
  }

  async function look(url: string, { accountId: id, accountKey: account, token }: Customer): Promise<void> {
    const before = acknowledged.get(account) ?? 0;
    const variables = { id, first: pageLength, withPage: below(pagedOneIn) === 0 };
    const { account: seen } = await ask<LookAnswer>(url, lookQuery, variables, token);
    sights.push({
      account,
      acknowledged: before,
      acknowledgedThen: acknowledged.get(account) ?? 0,
      balance: seen.balance.amount,
      recent: seen.recentTransactions.map(keyOf),
      page: seen.transactions?.nodes.map(keyOf),
    });
  }

  async function runTenth(): Promise<void> {
    let left = Math.ceil(transfers / 10);
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await transfer();
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  await inSteps(context, `${name}: a tenth of ${transfers} transfers,`, 10, runTenth);
  return { ...count, sights };
}

const keyOf = ({ id }: Ids): number => Number(idOf('Transaction', id));

async function ask<Data>(
  url: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  token: string,
): Promise<Data> {
  const { data, errors } = await postQuery<Data>(url, document, { variables, token });
  if (data == null || errors.length > 0) throw new Error(JSON.stringify({ errors, variables }));
  return data;
}
