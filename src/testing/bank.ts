import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { withAdmin } from '../dev/postgres/admin-client.ts';
import { insertAccount, insertMovement } from '../dev/seed/movements.ts';
import { onServer } from './database.ts';
import type { Answer, Gateway } from './gateway.ts';
import type { Person, World } from './world.ts';

/** Somebody with the `BANK` scope and an account. */
export interface Customer extends Person {
  /** Global id. */
  readonly accountId: string;
}

export interface TransferAnswer {
  readonly transfer: {
    readonly transaction: {
      readonly id: string;
      readonly amount: { readonly amount: string };
      readonly balanceAfter: { readonly amount: string };
    } | null;
    readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
  };
}

const transferMutation = `mutation ($input: TransferInput!) {
  transfer(input: $input) {
    transaction { id amount { amount } balanceAfter { amount } }
    userErrors { code field }
  }
}`;

const stepUpMutation = 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }';

let keys = 0;

export type Bank = ReturnType<typeof createBankDesk>;

/** What tests do in the bank. Money comes in past the gateways, on the replica too. */
export function createBankDesk(world: World) {
  const { primaryUrl } = world.database;

  /** An account of a person that nobody has looked at yet; resolves to its global id. */
  async function open(person: Person, amountMinor: bigint, currencyCode = 'EUR'): Promise<string> {
    const id = await openFunded(primaryUrl, idOf('User', person.id), amountMinor, currencyCode);
    await world.database.replicated();
    return toGlobalId('Account', id);
  }

  return {
    open,
    stepUp: (person: Person) => person.query(stepUpMutation, { input: { password: person.password } }),

    async customer(amountMinor: bigint, currencyCode = 'EUR'): Promise<Customer> {
      const person = await world.somebody();
      await this.stepUp(person);
      return { ...person, accountId: await open(person, amountMinor, currencyCode) };
    },

    async deposit(accountId: string, ...amounts: readonly bigint[]): Promise<void> {
      const toId = idOf('Account', accountId);
      await withAdmin(primaryUrl, async (client) => {
        for (const amountMinor of amounts)
          await insertMovement(client, { kind: 'DEPOSIT', toId, amountMinor });
      });
      await world.database.replicated();
    },

    /** In euros, under a key of its own, unless the input says otherwise. */
    transfer: (
      who: Person,
      input: Readonly<Record<string, unknown>>,
      gateway: Gateway = world.gateway,
    ): Promise<Answer<TransferAnswer>> =>
      gateway.query<TransferAnswer>(transferMutation, {
        variables: { input: { idempotencyKey: `test ${(keys += 1)}`, ...input } },
        token: who.token,
      }),

    async balance(who: Person, id: string, gateway: Gateway = world.gateway): Promise<string | undefined> {
      const { data } = await gateway.query<{ account: { balance: { amount: string } } | null }>(
        'query ($id: ID!) { account(id: $id) { balance { amount } } }',
        { variables: { id }, token: who.token },
      );
      return data?.account?.balance.amount;
    },

    /** What the ledger says of all accounts; every number is 0 where the books are in order. */
    audit: async () => (await onServer<Audit>(primaryUrl, auditStatement))[0],
  };
}

/** Opens an account past every gateway, with so much in it; resolves to its id. */
export const openFunded = (
  url: string,
  userId: string,
  amountMinor: bigint,
  currencyCode = 'EUR',
): Promise<string> =>
  withAdmin(url, async (client) => {
    const id = await insertAccount(client, { userId, name: 'Everyday', currencyCode });
    if (amountMinor > 0n) await insertMovement(client, { kind: 'DEPOSIT', toId: id, amountMinor });
    return id;
  });

interface Audit {
  /** The sum over all entries. */
  readonly sum: string;
  /** Movements whose entries do not sum to zero or are not two. */
  readonly uneven: number;
  /** Balances that are not the sum of their entries. */
  readonly wrongBalances: number;
  /** Entries whose `balance_after` is not the sum up to them. */
  readonly wrongEntries: number;
  /** Accounts below zero, after any of their entries. */
  readonly belowZero: number;
}

export const booksInOrder: Audit = { sum: '0', uneven: 0, wrongBalances: 0, wrongEntries: 0, belowZero: 0 };

export const auditStatement = `
  WITH running AS (
    SELECT account_id, balance_after_minor AS said,
      sum(amount_minor) OVER (PARTITION BY account_id ORDER BY id) AS is_now
    FROM ledger_entries
  ), total AS (
    SELECT account_id, sum(amount_minor) AS minor FROM ledger_entries GROUP BY account_id
  )
  SELECT (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries)::text AS sum,
    (SELECT count(*) FROM (SELECT FROM ledger_entries GROUP BY transfer_id
       HAVING sum(amount_minor) <> 0 OR count(*) <> 2) AS odd)::integer AS uneven,
    (SELECT count(*) FROM balances LEFT JOIN total USING (account_id)
       WHERE balance_minor <> coalesce(minor, 0))::integer AS "wrongBalances",
    (SELECT count(*) FROM running WHERE said <> is_now)::integer AS "wrongEntries",
    (SELECT count(*) FROM running WHERE said < 0)::integer AS "belowZero"`;

export const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
