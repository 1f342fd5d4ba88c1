import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTurns, type Turns } from '../../src/limits/turns.ts';
import { openAccounts, storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { auditStatement, booksInOrder, openFunded } from '../../src/testing/bank.ts';
import { onServer } from '../../src/testing/database.ts';
import { createBalances } from './balances.ts';
import { createCharges } from './charges.ts';
import { createTransactions } from './transactions.ts';
import { createTransfers } from './transfers.ts';

let world: Awaited<ReturnType<typeof openAccounts>>;
let gateways: readonly [Gateway, Gateway];
let [userId, otherId] = ['', ''];
beforeAll(async () => {
  world = await openAccounts();
  gateways = [await world.openGateway(), await world.openGateway()];
  const [user, other] = await onServer<{ id: string }>(
    world.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name) VALUES ('payer', '-', 'Payer'), ('other', '-', 'Other')
     RETURNING id::text`,
  );
  [userId, otherId] = [user?.id ?? '', other?.id ?? ''];
});
afterAll(async () => {
  expect((await onServer(world.primaryUrl, auditStatement))[0]).toEqual(booksInOrder);
  await world.closeGateways();
  await world.drop();
});

const turns = createTurns();
let keys = 0;

function bankOf(gateway: Gateway, ownTurns: Turns = turns) {
  const store = storeOf(gateway);
  const transactions = createTransactions({ store });
  const transfers = createTransfers({ store, turns: ownTurns, transactions });
  return {
    ...{ store, transactions, balances: createBalances({ store }) },
    transfer: (fromId: string, toId: string, amountMinor: bigint) =>
      transfers.transfer({
        ...{ userId, fromId, toId, note: null, idempotencyKey: `key ${(keys += 1)}` },
        amount: { amountMinor, currencyCode: 'EUR' },
      }),
  };
}

const fund = (amountMinor: bigint, owner = userId) => openFunded(world.primaryUrl, owner, amountMinor);

/** Resolves to the code of the refusal, or undefined. */
async function codeOf(answer: ReturnType<ReturnType<typeof bankOf>['transfer']>) {
  const outcome = await answer;
  return outcome.ok ? undefined : outcome.refusals[0]?.code;
}

interface Step {
  readonly gateway: number;
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
}

/** Moves money in the model; resolves to what the bank must answer: the payer's new balance, or why there is none. */
function moveInModel(model: bigint[], { from, to, amount }: Step): bigint | string {
  if (amount <= 0n) return 'INVALID_AMOUNT';
  if (from === to) return 'SAME_ACCOUNT';
  const [payer = 0n, payee = 0n] = [model[from], model[to]];
  if (payer < amount) return 'INSUFFICIENT_FUNDS';
  model[to] = payee + amount;
  return (model[from] = payer - amount);
}

describe('random transfers', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    gateway: fc.nat({ max: 1 }),
    from: fc.nat({ max: 3 }),
    to: fc.nat({ max: 3 }),
    amount: fc.bigInt({ min: -1n, max: 120n }),
  });
  const balancesAtFirst = [100n, 50n, 1n, 0n];

  async function playsAsModelled(steps: readonly Step[]): Promise<void> {
    const ids = await Promise.all(balancesAtFirst.map((amount) => fund(amount)));
    const model = [...balancesAtFirst];
    for (const next of steps) {
      const [fromId = '', toId = ''] = [ids[next.from], ids[next.to]];
      const writer = bankOf(gateways[next.gateway === 0 ? 0 : 1]);
      const outcome = await writer.transfer(fromId, toId, next.amount);
      expect(outcome.ok ? outcome.value.balanceAfterMinor : outcome.refusals[0]?.code).toBe(
        moveInModel(model, next),
      );
      const reader = bankOf(gateways[next.gateway === 0 ? 1 : 0]);
      expect(await Promise.all(ids.map((id) => reader.balances.get(id)))).toEqual(model);
      const [newest] = await reader.transactions.recent(fromId);
      expect(newest?.balanceAfterMinor ?? 0n).toBe(model[next.from]);
    }
  }

  it(
    'one after the other come to what a model of four numbers says, at every step, through any gateway',
    () =>
      fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), playsAsModelled), {
        numRuns: 8,
      }),
    120_000,
  );

  it('at once lose and make no money, and overdraw nothing', { timeout: 120_000 }, async () => {
    const ids = await Promise.all(balancesAtFirst.map((amount) => fund(amount)));
    const banks = gateways.map((gateway) => bankOf(gateway));
    const codes = await Promise.all(
      Array.from({ length: 80 }, (_, n) => {
        const [from = '', to = ''] = [ids[n % 4], ids[(n + 1 + (n % 3)) % 4]];
        return codeOf(banks[n % 2]?.transfer(from, to, BigInt(1 + (n % 40))) ?? Promise.reject(new Error()));
      }),
    );
    expect(new Set(codes)).toEqual(new Set([undefined, 'INSUFFICIENT_FUNDS']));
    const balances = await Promise.all(ids.map((id) => bankOf(gateways[0]).balances.get(id)));
    expect(balances.reduce<bigint>((sum, balance) => sum + (balance ?? 0n), 0n)).toBe(151n);
  });
});

describe('a crowd of transfers from one account', () => {
  /** 120 at once over a pool of four connections; how many found no room. */
  async function turnedAway(ownTurns: Turns): Promise<number> {
    const gateway = await world.openGateway();
    const [from, to] = [await fund(1_000n), await fund(0n)];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 120 }, () => bankOf(gateway, ownTurns).transfer(from, to, 1n)),
    );
    return outcomes.filter(({ status }) => status === 'rejected').length;
  }

  it('takes turns, and leaves the connections to others', { timeout: 60_000 }, async () => {
    expect(await turnedAway(createTurns())).toBe(0);
  });

  it('would hold them all if each waited in the database: the control', { timeout: 60_000 }, async () => {
    expect(await turnedAway({ take: (_key, work) => work() })).toBeGreaterThan(0);
  });
});

describe('a charge', () => {
  const { charge } = createCharges();
  const charging = (accountId: string, amountMinor: bigint, currencyCode: 'EUR' | 'CHF' = 'EUR') =>
    bankOf(gateways[0]).store.write((tx, changed) =>
      charge(tx, changed, { userId, accountId, amount: { amountMinor, currencyCode }, note: 'Order 7' }),
    );
  const inShop = async () => {
    const [row] = await onServer<{ sum: string }>(
      world.primaryUrl,
      `SELECT coalesce(sum(amount_minor), 0)::text AS sum FROM ledger_entries JOIN accounts ON accounts.id = account_id
       WHERE name = 'shop' AND currency_code = 'EUR' AND user_id IS NULL`,
    );
    return row?.sum;
  };

  it('goes to the shop, and shows at once as a payment with the id that it gave', async () => {
    const id = await fund(500n);
    const reader = () => bankOf(gateways[1]);
    expect(await reader().balances.get(id)).toBe(500n);
    const outcome = await charging(id, 120n);
    const [newest] = await reader().transactions.recent(id);
    expect(outcome).toEqual({ ok: true, value: { entryId: newest?.id } });
    expect(newest).toMatchObject({
      kind: 'PAYMENT',
      amountMinor: -120n,
      balanceAfterMinor: 380n,
      note: 'Order 7',
    });
    expect(await reader().balances.get(id)).toBe(380n);
    expect(await inShop()).toBe('120');
  });

  it('is refused for what is not there, not one’s own or of another currency, and has written nothing', async () => {
    const [own, foreign] = [await fund(500n), await fund(500n, otherId)];
    const refusalOf = async (asked: ReturnType<typeof charging>) => {
      const outcome = await asked;
      return outcome.ok ? undefined : outcome.refusals[0]?.code;
    };
    const before = await inShop();
    expect(await refusalOf(charging(own, 501n))).toBe('INSUFFICIENT_FUNDS');
    expect(await refusalOf(charging(own, 1n, 'CHF'))).toBe('CURRENCY_MISMATCH');
    expect(await refusalOf(charging(foreign, 1n))).toBe('UNKNOWN_ACCOUNT');
    expect(await refusalOf(charging('999999999', 1n))).toBe('UNKNOWN_ACCOUNT');
    expect(await inShop()).toBe(before);
    expect(await bankOf(gateways[0]).balances.get(own)).toBe(500n);
  });

  it('goes with the transaction that it is a part of', async () => {
    const id = await fund(500n);
    const failing = bankOf(gateways[0]).store.write(async (tx, changed) => {
      const amount = { amountMinor: 100n, currencyCode: 'EUR' } as const;
      await charge(tx, changed, { userId, accountId: id, amount, note: 'never' });
      throw new Error('the order failed');
    });
    await expect(failing).rejects.toThrow('the order failed');
    expect(await bankOf(gateways[0]).balances.get(id)).toBe(500n);
  });

  it('waits for nobody else’s: payments from two accounts are under way at the same time', async () => {
    const [one, other] = [await fund(500n), await fund(500n)];
    const amount = { amountMinor: 1n, currencyCode: 'EUR' } as const;
    await bankOf(gateways[0]).store.write(async (tx, changed) => {
      await charge(tx, changed, { userId, accountId: one, amount, note: 'first' });
      // Were a row of the shop locked by the one, the other would wait for its end, and it for the other.
      expect(await charging(other, 1n)).toMatchObject({ ok: true });
    });
  });
});
