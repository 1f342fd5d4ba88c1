import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createBankScope } from '../../src/auth/bank-scope.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createRedis } from '../../src/redis/redis.ts';
import { createBankDesk, euros, type Bank, type Customer } from '../../src/testing/bank.ts';
import { quiet, testTokenSecret, type Counts, type Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

/** What a request costs beside what it is for: its session with the note of what that has written, and its scope. */
const beside = 2;
let world: World;
let second: Gateway;
let bank: Bank;
/** Has written nothing of late, no `stepUp` either: else the copies of the process are passed over. */
let reader: Person;
let payer: Customer;
let accountId = '';
beforeAll(async () => {
  world = await createWorld(quiet);
  second = await world.anotherGateway(quiet);
  bank = createBankDesk(world);
  reader = await world.somebody();
  await openScope(reader);
  accountId = await bank.open(reader, 50_000n);
  await bank.open(reader, 20_000n, 'CHF');
  payer = await bank.customer(50_000n);
});
afterAll(() => world.close());

/** As `stepUp` does it, but past the gateway. */
async function openScope({ token }: Person): Promise<void> {
  const parts = {
    clock: systemClock,
    metrics: createMetrics({ processMetrics: false }),
    log: createLog({ level: 'silent' }),
  };
  const redis = createRedis({
    url: inject('redisUrl'),
    role: 'both',
    settings: { deadlineMs: 5_000 },
    ...parts,
  });
  await redis.untilUp(5_000);
  const claims = await createTokens({ secret: testTokenSecret, clock: systemClock }).verify(token);
  await createBankScope({ redis, app: world.app, clock: systemClock }).open(claims.sessionId);
  await redis.close();
}

const overview = `{ viewer { accounts { nodes {
  name balance { amount } recentTransactions { amount { amount } note } loans { outstanding { amount } }
} } } }`;

async function costs(gateway: Gateway, query: string): Promise<Counts> {
  // Else it would be noted meanwhile that the reader is there.
  await gateway.query('{ viewer { username } }', { token: reader.token });
  const { result, counts } = await gateway.counting(() => gateway.query(query, { token: reader.token }));
  expect(result.errors).toEqual([]);
  return counts;
}

describe('all accounts with balances, recent transactions and loans', () => {
  it('cost no statement, and one round trip for all of them beside the session and its scope', async () => {
    await costs(world.gateway, overview);
    await costs(world.gateway, overview);
    expect(await costs(world.gateway, overview)).toEqual({ redis: { both: beside + 1 }, postgres: {} });
  });

  it('cost three, one for each step, where only Redis has them', async () => {
    await costs(world.gateway, overview);
    // Which accounts; the accounts; what is in them.
    expect(await costs(second, overview)).toEqual({ redis: { both: beside + 3 }, postgres: {} });
  });

  it('cost five statements where nothing is cached, however many accounts there are', async () => {
    const other = await bank.customer(1n);
    for (const currency of ['CHF', 'USD', 'JPY']) await bank.open(other, 1n, currency);
    await other.query('{ viewer { username } }');
    const { counts } = await world.gateway.counting(() => other.query(overview));
    // Which accounts; the accounts; balances, movements, loans.
    expect(Object.values(counts.postgres).reduce((sum, count) => sum + count, 0)).toBe(5);
  });
});

describe('a transfer', () => {
  it('is one transaction of four statements', async () => {
    const sides = { fromAccountId: payer.accountId, toAccountId: accountId };
    await bank.transfer(payer, { ...sides, amount: euros('1') });
    const { result, counts } = await world.gateway.counting(() =>
      bank.transfer(payer, { ...sides, amount: euros('1'), idempotencyKey: 'counted' }),
    );
    expect(result.data?.transfer.userErrors).toEqual([]);
    // BEGIN, the key, both accounts, the movement, the outcome, COMMIT.
    expect(counts.postgres).toEqual({ primary: 6 });
    // The four strict entries are claimed; all six become old; the note of what the session wrote.
    expect(counts.redis).toEqual({ both: beside + 3 });
  });

  it('that was made before is one transaction of two, and the reading of it', async () => {
    const input = { fromAccountId: payer.accountId, toAccountId: accountId, amount: euros('1') };
    const repeat = () => bank.transfer(payer, { ...input, idempotencyKey: 'counted' });
    await repeat();
    const { counts } = await world.gateway.counting(repeat);
    // BEGIN, the key, its outcome, COMMIT; the transaction is cached by now.
    expect(counts.postgres).toEqual({ primary: 4 });
  });

  it('that is refused has locked both accounts, and moved nothing', async () => {
    const sides = { fromAccountId: payer.accountId, toAccountId: accountId };
    const { result, counts } = await world.gateway.counting(() =>
      bank.transfer(payer, { ...sides, amount: euros('100000') }),
    );
    expect(result.data?.transfer.userErrors).toMatchObject([{ code: 'INSUFFICIENT_FUNDS' }]);
    expect(counts.postgres).toEqual({ primary: 5 });
  });
});
