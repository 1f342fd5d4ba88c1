import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { idOf } from '../../schema/global-id.ts';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { createBankDesk, type Bank, type Customer } from '../../src/testing/bank.ts';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let bank: Bank;
let me: Customer;
beforeAll(async () => {
  world = await createWorld();
  bank = createBankDesk(world);
  me = await bank.customer(10_000n);
});
afterAll(() => world.close());

interface Shown {
  readonly viewer: {
    readonly accounts: {
      readonly nodes: readonly {
        readonly name: string;
        readonly balance: { readonly amount: string };
        readonly recentTransactions: readonly unknown[];
        readonly loans: readonly unknown[];
      }[];
    };
  };
}

async function shown() {
  const { data } = await me.query<Shown>(
    '{ viewer { accounts { nodes { name balance { amount } recentTransactions { id } loans { id } } } } }',
  );
  await world.gateway.app.idle();
  return data?.viewer.accounts.nodes.map((node) => [
    ...[node.name, node.balance.amount, node.recentTransactions.length, node.loans.length],
  ]);
}

it('what changes past the gateways is seen once the log is followed, and not before', async () => {
  const id = idOf('Account', me.accountId);
  const psql = (text: string) => onServer(world.database.primaryUrl, text, [id]);
  expect(await shown()).toEqual([['Everyday', '100.00', 1, 0]]);
  await bank.deposit(me.accountId, 5_000n);
  await psql(`UPDATE accounts SET name = 'Wages' WHERE id = $1`);
  await psql(
    `INSERT INTO loans (account_id, principal_minor, outstanding_minor, annual_rate, status)
     VALUES ($1, 1000, 500, 3.25, 'ACTIVE')`,
  );
  await bank.open(me, 0n, 'CHF');
  expect(await shown()).toEqual([['Everyday', '100.00', 1, 0]]);
  const { primaryUrl } = world.database;
  await startBackstop({ app: world.app, primaryUrl, redisUrl: inject('redisUrl') });
  const after = [
    ['Wages', '150.00', 2, 1],
    ['Everyday', '0.00', 0, 0],
  ];
  await vi.waitFor(async () => expect(await shown()).toEqual(after), patience);
  await psql('DELETE FROM loans WHERE account_id = $1');
  await vi.waitFor(
    async () => expect(await shown()).toEqual([['Wages', '150.00', 2, 0], after[1]]),
    patience,
  );
});
