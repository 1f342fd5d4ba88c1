import { afterAll, beforeAll, expect, it } from 'vitest';
import { allProtections, type Protections } from '../../src/cache/settings.ts';
import { createBankDesk, euros, type Bank, type Customer } from '../../src/testing/bank.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let bank: Bank;
let payee: Customer;
beforeAll(async () => {
  world = await createWorld();
  bank = createBankDesk(world);
  payee = await bank.customer(0n);
});
afterAll(() => world.close());

/** Says that it has sent its invalidations, and has sent none. */
const lossyGateway = (protections: Protections) =>
  world.anotherGateway({
    overrides: {
      protections,
      around: { cache: (own) => ({ ...own, invalidate: () => Promise.resolve(true) }) },
    },
  });

interface Shown {
  readonly account: {
    readonly balance: { readonly amount: string };
    readonly recentTransactions: readonly { readonly balanceAfter: { readonly amount: string } }[];
  };
}

/** Balance and newest movement, as another gateway shows them. */
async function shown(payer: Customer) {
  const { data } = await payer.query<Shown>(
    'query ($id: ID!) { account(id: $id) { balance { amount } recentTransactions { balanceAfter { amount } } } }',
    { id: payer.accountId },
  );
  await world.gateway.app.idle();
  return [data?.account.balance.amount, data?.account.recentTransactions[0]?.balanceAfter.amount];
}

async function pay(payer: Customer, gateway: Gateway): Promise<void> {
  const input = { fromAccountId: payer.accountId, toAccountId: payee.accountId, amount: euros('1') };
  const { data } = await bank.transfer(payer, input, gateway);
  expect(data?.transfer.userErrors).toEqual([]);
}

it('a movement shows at once although none of its invalidations arrives', async () => {
  const payer = await bank.customer(10_000n);
  await shown(payer);
  expect(await shown(payer)).toEqual(['100.00', '100.00']);
  await pay(payer, await lossyGateway(allProtections));
  expect(await shown(payer)).toEqual(['99.00', '99.00']);
});

it('where writers claim nothing, what was there before is shown: the control', async () => {
  const payer = await bank.customer(10_000n);
  await shown(payer);
  expect(await shown(payer)).toEqual(['100.00', '100.00']);
  await pay(payer, await lossyGateway({ ...allProtections, strict: false }));
  expect(await shown(payer)).toEqual(['100.00', '100.00']);
});
