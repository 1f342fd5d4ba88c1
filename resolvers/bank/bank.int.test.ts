import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { createBankDesk, euros, type Bank, type Customer } from '../../src/testing/bank.ts';
import { onServer } from '../../src/testing/database.ts';
import { keyOf } from '../../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let bank: Bank;
let me: Customer;
let other: Customer;
beforeAll(async () => {
  world = await createWorld();
  bank = createBankDesk(world);
  me = await bank.customer(100_000n);
  other = await bank.customer(5_000n);
});
afterAll(() => world.close());

const accountQuery = `query ($id: ID!) {
  account(id: $id) { name currencyCode balance { amount currencyCode } createdAt loans { principal { amount } } }
}`;
const openMutation = `mutation ($input: OpenAccountInput!) {
  openAccount(input: $input) { account { id name balance { amount currencyCode } } userErrors { code field } }
}`;

const open = (who: Person, input: object) =>
  who.query<{ openAccount: { account: { id: string } | null; userErrors: unknown } }>(openMutation, {
    input,
  });

describe('an account', () => {
  it('shows its owner what is in it', async () => {
    const { data, errors } = await me.query(accountQuery, { id: me.accountId });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      account: {
        ...{ name: 'Everyday', currencyCode: 'EUR', loans: [] },
        balance: { amount: '1000.00', currencyCode: 'EUR' },
        createdAt: expect.any(String) as string,
      },
    });
  });

  it('shows its newest hundred loans, newest first, and no older one', async () => {
    const borrower = await bank.customer(1n);
    await onServer(
      world.database.primaryUrl,
      `INSERT INTO loans (account_id, principal_minor, outstanding_minor, annual_rate, status)
       SELECT $1, number * 100, 0, 1, 'REPAID' FROM generate_series(1, 101) AS number ORDER BY number`,
      [keyOf(borrower.accountId)],
    );
    await world.database.replicated();
    const { data, errors } = await borrower.query<{
      readonly account: { readonly loans: readonly { readonly principal: { readonly amount: string } }[] };
    }>(accountQuery, { id: borrower.accountId });
    expect(errors).toEqual([]);
    const principals = data?.account.loans.map(({ principal }) => principal.amount);
    expect(principals).toEqual(Array.from({ length: 100 }, (_, index) => `${101 - index}.00`));
  });

  it('of another, of the bank and of nobody are answered exactly alike', async () => {
    const [cash] = await onServer<{ id: string }>(
      world.database.primaryUrl,
      `SELECT id::text FROM accounts WHERE name = 'cash' AND currency_code = 'EUR'`,
    );
    const none = toGlobalId('Account', '999999999');
    for (const id of [other.accountId, toGlobalId('Account', cash?.id ?? ''), none]) {
      for (const document of [
        'query ($id: ID!) { account(id: $id) { name } }',
        'query ($id: ID!) { account: node(id: $id) { id } }',
      ]) {
        const { data, errors } = await me.query(document, { id });
        expect(data).toEqual({ account: null });
        expect(errors).toMatchObject([
          { message: 'There is nothing with this id.', extensions: { code: 'NOT_FOUND' } },
        ]);
      }
    }
  });

  it('needs the scope, and node then knows of none', async () => {
    const person = await world.somebody();
    const id = await bank.open(person, 100n);
    const ask = async (document: string) => {
      const { errors } = await person.query(document, { id });
      return errors.map(({ extensions }) => extensions.code);
    };
    expect(await ask('query ($id: ID!) { account(id: $id) { name } }')).toEqual(['STEP_UP_REQUIRED']);
    expect(await ask('{ viewer { accounts { nodes { id } } } }')).toEqual(['STEP_UP_REQUIRED']);
    expect(await ask('query ($id: ID!) { node(id: $id) { id } }')).toEqual(['NOT_FOUND']);
    await bank.stepUp(person);
    expect(
      await ask('query ($id: ID!) { node(id: $id) { ... on Account { name balance { amount } } } }'),
    ).toEqual([]);
  });

  it('is opened empty, and is the last of its owner’s from then on', async () => {
    const { data } = await open(me, { name: '  Holidays ', currencyCode: 'JPY' });
    const account = { name: 'Holidays', balance: { amount: '0', currencyCode: 'JPY' } };
    expect(data?.openAccount).toMatchObject({ account, userErrors: [] });
    const list = await me.query('{ viewer { accounts { nodes { name } pageInfo { hasNextPage } } } }');
    expect(list.data).toEqual({
      viewer: {
        accounts: { nodes: [{ name: 'Everyday' }, { name: 'Holidays' }], pageInfo: { hasNextPage: false } },
      },
    });
  });

  it('is listed by pages', async () => {
    const page = (after: string | null) =>
      me.query<{ viewer: { accounts: { nodes: unknown; pageInfo: { endCursor: string } } } }>(
        'query ($after: Cursor) { viewer { accounts(first: 1, after: $after) { nodes { name } pageInfo { endCursor } } } }',
        { after },
      );
    const first = (await page(null)).data?.viewer.accounts;
    expect(first?.nodes).toEqual([{ name: 'Everyday' }]);
    const second = (await page(first?.pageInfo.endCursor ?? null)).data?.viewer.accounts;
    expect(second?.nodes).toEqual([{ name: 'Holidays' }]);
  });

  it('needs a name', async () => {
    for (const name of ['', '   ', 'x'.repeat(61)]) {
      const { data } = await open(me, { name, currencyCode: 'EUR' });
      expect(data?.openAccount).toEqual({
        account: null,
        userErrors: [{ code: 'INVALID_LENGTH', field: ['input', 'name'] }],
      });
    }
  });

  it('is one of ten at most, however many are opened at once', async () => {
    const person = await world.somebody();
    await bank.stepUp(person);
    const answers = await Promise.all(
      Array.from({ length: 13 }, (_, n) => open(person, { name: `Account ${n}`, currencyCode: 'EUR' })),
    );
    const refusals = answers.filter(({ data }) => data?.openAccount.account === null);
    expect(refusals.map(({ data }) => data?.openAccount.userErrors)).toEqual(
      Array.from({ length: 3 }, () => [{ code: 'TOO_MANY_ACCOUNTS', field: null }]),
    );
  });
});

describe('the database', () => {
  it('neither changes nor forgets what was entered, nor whose an account is', async () => {
    const id = keyOf(me.accountId);
    for (const statement of [
      `UPDATE ledger_entries SET amount_minor = 1 WHERE account_id = ${id}`,
      `DELETE FROM ledger_entries WHERE account_id = ${id}`,
      `UPDATE accounts SET user_id = ${keyOf(other.id)} WHERE id = ${id}`,
      `DELETE FROM accounts WHERE id = ${id}`,
    ])
      await expect(onServer(world.database.primaryUrl, statement)).rejects.toThrow('is not allowed');
    await expect(
      onServer(world.database.primaryUrl, `UPDATE balances SET balance_minor = -1 WHERE account_id = ${id}`),
    ).rejects.toThrow('balances_not_overdrawn');
  });
});

interface Movements {
  readonly nodes: readonly { readonly id: string; readonly balanceAfter: { readonly amount: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

describe('transactions', () => {
  const pagesOf = async (who: Customer, first: number) => {
    const page = async (after: string | null): Promise<Movements | undefined> => {
      const { data } = await who.query<{ account: { transactions: Movements } }>(
        `query ($id: ID!, $first: Int, $after: Cursor) { account(id: $id) {
          transactions(first: $first, after: $after) {
            nodes { id balanceAfter { amount } } pageInfo { hasNextPage endCursor }
          }
        } }`,
        { id: who.accountId, first, after },
      );
      return data?.account.transactions;
    };
    const amounts: string[] = [];
    for (let after: string | null = null; ;) {
      const found = await page(after);
      amounts.push(...(found?.nodes ?? []).map(({ balanceAfter }) => balanceAfter.amount));
      if (found?.pageInfo.hasNextPage !== true) return amounts;
      after = found.pageInfo.endCursor;
    }
  };

  it('are paged without a seam between what is cached and what is not', async () => {
    const saver = await bank.customer(0n);
    await bank.deposit(saver.accountId, ...Array.from({ length: 25 }, () => 100n));
    const expected = Array.from({ length: 25 }, (_, n) => `${25 - n}.00`);
    for (const first of [4, 10, 11, 24, 25]) expect(await pagesOf(saver, first)).toEqual(expected);
  });
});

describe('a transaction', () => {
  it('is found by both sides, each by its own id and for itself alone', async () => {
    const sent = await bank.transfer(me, {
      ...{ fromAccountId: me.accountId, toAccountId: other.accountId },
      ...{ amount: euros('12.50'), note: ' For tea ' },
    });
    const id = sent.data?.transfer.transaction?.id ?? '';
    const document = `query ($id: ID!) { node(id: $id) { ... on Transaction {
      kind amount { amount currencyCode } balanceAfter { amount } counterpartyAccountId note
      account { id balance { amount } }
    } } }`;
    expect((await me.query(document, { id })).data).toEqual({
      node: {
        ...{ kind: 'TRANSFER', note: 'For tea', amount: euros('-12.50'), balanceAfter: { amount: '987.50' } },
        ...{ counterpartyAccountId: other.accountId },
        account: { id: me.accountId, balance: { amount: '987.50' } },
      },
    });
    expect((await other.query(document, { id })).errors[0]?.extensions.code).toBe('NOT_FOUND');
    const { data } = await other.query<{ account: { recentTransactions: readonly { id: string }[] } }>(
      'query ($id: ID!) { account(id: $id) { recentTransactions { id note amount { amount } } } }',
      { id: other.accountId },
    );
    expect(data?.account.recentTransactions[0]).toMatchObject({
      note: 'For tea',
      amount: { amount: '12.50' },
    });
    const theirs = data?.account.recentTransactions[0]?.id ?? '';
    expect((await other.query(document, { id: theirs })).data).toMatchObject({
      node: { counterpartyAccountId: me.accountId, account: { balance: { amount: '62.50' } } },
    });
  });
});
