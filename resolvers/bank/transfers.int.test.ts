import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { booksInOrder, createBankDesk, euros, type Bank, type Customer } from '../../src/testing/bank.ts';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let bank: Bank;
let payer: Customer;
let payee: Customer;
let francs: Customer;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  bank = createBankDesk(world);
  payer = await bank.customer(100_000n);
  payee = await bank.customer(0n);
  francs = await bank.customer(100_000n, 'CHF');
});
afterAll(async () => {
  expect(await bank.audit()).toEqual(booksInOrder);
  await world.close();
});

const sides = () => ({ fromAccountId: payer.accountId, toAccountId: payee.accountId });

async function outcome(input: Readonly<Record<string, unknown>>, who = payer) {
  const { data, errors } = await bank.transfer(who, input);
  if (errors.length > 0) return errors.map(({ extensions }) => extensions.code);
  return data?.transfer.userErrors.map(({ code, field }) => `${code} ${field?.at(-1) ?? ''}`);
}

describe('a transfer', () => {
  it('shows on both sides at once, through every gateway', async () => {
    for (const gateway of [world.gateway, second]) {
      expect(await bank.balance(payer, payer.accountId, gateway)).toBe('1000.00');
      expect(await bank.balance(payee, payee.accountId, gateway)).toBe('0.00');
    }
    const { data } = await bank.transfer(payer, { ...sides(), amount: euros('250') });
    expect(data?.transfer).toMatchObject({
      transaction: { amount: { amount: '-250.00' }, balanceAfter: { amount: '750.00' } },
      userErrors: [],
    });
    for (const gateway of [world.gateway, second]) {
      expect(await bank.balance(payer, payer.accountId, gateway)).toBe('750.00');
      expect(await bank.balance(payee, payee.accountId, gateway)).toBe('250.00');
    }
  });

  it('shows in what the same request asks for next', async () => {
    const { data, errors } = await payer.query<Record<'first' | 'second', TransactionOfAccount>>(
      `mutation ($first: TransferInput!, $second: TransferInput!) {
        first: transfer(input: $first) { transaction { account { balance { amount } recentTransactions { id } } } }
        second: transfer(input: $second) { transaction { id account { balance { amount } recentTransactions { id } } } }
      }`,
      {
        first: { ...sides(), amount: euros('1'), idempotencyKey: 'same request 1' },
        second: { ...sides(), amount: euros('2'), idempotencyKey: 'same request 2' },
      },
    );
    expect(errors).toEqual([]);
    expect(data?.first.transaction.account.balance.amount).toBe('749.00');
    expect(data?.second.transaction.account.balance.amount).toBe('747.00');
    expect(data?.second.transaction.account.recentTransactions[0]?.id).toBe(data?.second.transaction.id);
  });

  it('takes all that is there, and not a cent more', async () => {
    const poor = await bank.customer(1_000n);
    const from = { fromAccountId: poor.accountId, toAccountId: payee.accountId };
    expect(await outcome({ ...from, amount: euros('10.01') }, poor)).toEqual(['INSUFFICIENT_FUNDS amount']);
    expect(await outcome({ ...from, amount: euros('10.00') }, poor)).toEqual([]);
    expect(await outcome({ ...from, amount: euros('0.01') }, poor)).toEqual(['INSUFFICIENT_FUNDS amount']);
  });

  it('from an account of another, of the bank and of nobody is refused exactly alike', async () => {
    const cash = await cashAccount();
    for (const fromAccountId of [payee.accountId, cash, toGlobalId('Account', '999999999')]) {
      const { data } = await bank.transfer(payer, {
        ...{ fromAccountId, toAccountId: payer.accountId, amount: euros('1') },
      });
      expect(data?.transfer).toEqual({
        transaction: null,
        userErrors: [{ code: 'UNKNOWN_ACCOUNT', field: ['input', 'fromAccountId'] }],
      });
    }
  });

  it('to the bank and to nobody is refused', async () => {
    for (const toAccountId of [await cashAccount(), toGlobalId('Account', '999999999')])
      expect(await outcome({ ...sides(), toAccountId, amount: euros('1') })).toEqual([
        'UNKNOWN_ACCOUNT toAccountId',
      ]);
  });

  it('of another currency than one of the accounts is refused', async () => {
    expect(await outcome({ ...sides(), amount: { amount: '1', currencyCode: 'CHF' } })).toEqual([
      'CURRENCY_MISMATCH amount',
    ]);
    expect(await outcome({ ...sides(), toAccountId: francs.accountId, amount: euros('1') })).toEqual([
      'CURRENCY_MISMATCH toAccountId',
    ]);
  });

  it.each([
    ['nothing', { amount: euros('0') }, ['INVALID_AMOUNT amount']],
    ['less than nothing', { amount: euros('-1') }, ['INVALID_AMOUNT amount']],
    ['more than anybody has', { amount: euros('9999999999999999.99') }, ['INSUFFICIENT_FUNDS amount']],
    ['more than can be kept', { amount: euros('99999999999999999.99') }, ['BAD_USER_INPUT']],
    ['a tenth of a cent', { amount: euros('0.001') }, ['BAD_USER_INPUT']],
    ['no number', { amount: euros('1e2') }, ['BAD_USER_INPUT']],
    ['no key', { idempotencyKey: '' }, ['INVALID_LENGTH idempotencyKey']],
    ['a key that is too long', { idempotencyKey: 'x'.repeat(101) }, ['INVALID_LENGTH idempotencyKey']],
    ['a note that is too long', { note: 'x'.repeat(141) }, ['INVALID_LENGTH note']],
    ['an id of something else', { toAccountId: toGlobalId('Product', '1') }, ['BAD_USER_INPUT']],
  ])('of %s is refused', async (_what, input, codes) => {
    expect(await outcome({ ...sides(), amount: euros('1'), ...input })).toEqual(codes);
  });

  it('to the same account is refused', async () => {
    expect(await outcome({ ...sides(), toAccountId: payer.accountId, amount: euros('1') })).toEqual([
      'SAME_ACCOUNT toAccountId',
    ]);
  });
});

describe('a repeated key', () => {
  it('moves money once, however many come at once through two gateways', async () => {
    const before = Number(await bank.balance(payer, payer.accountId));
    const input = { ...sides(), amount: euros('5'), idempotencyKey: 'crowd' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => bank.transfer(payer, input, n % 2 === 0 ? world.gateway : second)),
    );
    const ids = answers.map(({ data }) => data?.transfer.transaction?.id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
    expect(Number(await bank.balance(payer, payer.accountId))).toBe(before - 5);
  });

  it('gives the first refusal, also where it would pass by now', async () => {
    const poor = await bank.customer(0n);
    const input = {
      ...{ fromAccountId: poor.accountId, toAccountId: payee.accountId },
      ...{ amount: euros('5'), idempotencyKey: 'too early' },
    };
    expect(await outcome(input, poor)).toEqual(['INSUFFICIENT_FUNDS amount']);
    await bank.deposit(poor.accountId, 10_000n);
    expect(await outcome(input, poor)).toEqual(['INSUFFICIENT_FUNDS amount']);
    expect(await outcome({ ...input, idempotencyKey: 'in time' }, poor)).toEqual([]);
  });

  it('for something else is refused', async () => {
    const input = { ...sides(), amount: euros('1'), note: 'one', idempotencyKey: 'reused' };
    expect(await outcome(input)).toEqual([]);
    for (const other of [{ amount: euros('2') }, { note: 'two' }, { toAccountId: francs.accountId }])
      expect(await outcome({ ...input, ...other })).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });
});

it('crossing transfers do not wait for each other for ever', async () => {
  const transfers = Array.from({ length: 30 }, (_, n) => {
    const [who, fromAccountId, toAccountId] =
      n % 2 === 0 ? [payer, payer.accountId, payee.accountId] : [payee, payee.accountId, payer.accountId];
    const input = { fromAccountId, toAccountId, amount: euros('1') };
    return bank.transfer(who, input, n % 3 === 0 ? second : world.gateway);
  });
  const codes = (await Promise.all(transfers)).map(({ data }) => data?.transfer.userErrors);
  expect(codes).toEqual(transfers.map(() => []));
});

interface TransactionOfAccount {
  readonly transaction: {
    readonly id: string;
    readonly account: {
      readonly balance: { readonly amount: string };
      readonly recentTransactions: readonly { readonly id: string }[];
    };
  };
}

async function cashAccount(): Promise<string> {
  const [cash] = await onServer<{ id: string }>(
    world.database.primaryUrl,
    `SELECT id::text FROM accounts WHERE name = 'cash' AND currency_code = 'EUR'`,
  );
  return toGlobalId('Account', cash?.id ?? '');
}
