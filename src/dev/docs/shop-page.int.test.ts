import { expect, it, onTestFinished, vi } from 'vitest';
import { createBankDesk } from '../../testing/bank.ts';
import { createFaultProxy } from '../../testing/servers/fault-proxy.ts';
import { PASS } from '../../testing/servers/fault-mode.ts';
import { createTill } from '../../testing/till.ts';
import { createWorld } from '../../testing/world.ts';
import { loadExample } from './page-example.ts';

interface Example {
  readonly checkOut: (
    url: string,
    token: string,
    payFromAccountId: string,
  ) => Promise<{
    readonly order: { readonly status: string } | null;
    readonly userErrors: readonly unknown[];
  }>;
}

it(
  'the example of the page on the shop orders and pays once, though its first answers are lost',
  { timeout: 60_000 },
  async () => {
    const { checkOut } = await loadExample<Example>('docs/shop-and-bank.md');
    const world = await createWorld();
    onTestFinished(() => world.close());
    const [bank, till] = [createBankDesk(world), createTill(world)];
    const buyer = await bank.customer(10_000n);
    const productId = await world.product({ stock: 10 });
    await till.fillCart(buyer, { [productId]: 2 });
    const proxy = await createFaultProxy({ targetPort: Number(new URL(world.gateway.url).port) });
    onTestFinished(() => proxy.close());

    await proxy.setMode({ kind: 'cut', afterBytes: 20 });
    const ordered = checkOut(`http://127.0.0.1:${proxy.port}/graphql`, buyer.token, buyer.accountId);
    await vi.waitFor(async () => expect(await till.orders(buyer)).toBe(1), { timeout: 20_000 });
    await proxy.setMode(PASS);

    expect(await ordered).toMatchObject({ order: { status: 'PAID' }, userErrors: [] });
    expect(await till.orders(buyer)).toBe(1);
    expect(await till.stock(productId)).toBe(8);
    expect(await bank.balance(buyer, buyer.accountId)).toBe('60.02');
  },
);
