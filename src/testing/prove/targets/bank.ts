import { toGlobalId } from '../../../../schema/global-id.ts';
import { createBankScope } from '../../../auth/bank-scope.ts';
import { systemClock } from '../../../clock/clock.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import type { Check } from '../proof.ts';
import { describeHits } from './keys-read.ts';
import type { Ask, Compared, Measured, Scenario, Scene } from './scenario.ts';
import { seedBank } from './seed-bank.ts';
import { describeFewer, percentFewer, type Rate } from './shares.ts';
import { isRead, sumOf } from './statements.ts';

const target = 95;

const documents = {
  overview: `{ viewer { accounts { nodes {
    name balance { amount currencyCode } recentTransactions { amount { amount } note createdAt }
  } } } }`,
  balance: 'query ($id: ID!) { account(id: $id) { balance { amount } } }',
  history:
    'query ($id: ID!) { account(id: $id) { transactions(first: 20) { nodes { id amount { amount } } } } }',
  transfer: `mutation ($input: TransferInput!) {
    transfer(input: $input) { transaction { balanceAfter { amount } } userErrors { code } }
  }`,
} as const;
type Kind = keyof typeof documents;

/** Of a hundred requests. */
const mix: readonly (readonly [kind: Kind, share: number])[] = [
  ['overview', 55],
  ['balance', 40],
  ['history', 3],
  ['transfer', 2],
];

/** People who look at their money, now and then further back, and seldom move some. */
export const bank: Scenario = {
  name: 'bank',
  policies: ['accounts-of-user', 'account', 'balance', 'recent-transactions'],
  async seed(scene) {
    const { accountOf } = await seedBank(scene);
    const { count, tokenOf } = scene.population;
    let sent = 0;

    return (place, random): Ask => {
      const id = toGlobalId('Account', accountOf(place));
      const kind = kindOf(random());
      const variables = {
        overview: {},
        balance: { id },
        history: { id },
        transfer: {
          input: {
            fromAccountId: id,
            toAccountId: toGlobalId('Account', accountOf((place + 1) % count)),
            amount: { amount: '0.01', currencyCode: 'EUR' },
            idempotencyKey: `target ${(sent += 1)}`,
          },
        },
      };
      return { document: documents[kind], variables: variables[kind], token: tokenOf(place) };
    };
  },
  prepare: openScopes,
  judge: (compared, percent) => [readsSaved(compared, (target * percent) / 100)],
};

function kindOf(random: number): Kind {
  let left = random * 100;
  return mix.find(([, share]) => (left -= share) < 0)?.[0] ?? 'overview';
}

const scopesAtOnce = 1_000;

/** As `stepUp` does it, for everybody. */
async function openScopes({ stage, population }: Scene, app: string): Promise<void> {
  const redis = createRedis({
    url: stage.servers.redisUrl,
    role: 'both',
    clock: systemClock,
    metrics: createMetrics({ processMetrics: false }),
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 5_000 },
  });
  await redis.untilUp(5_000);
  const scope = createBankScope({ redis, app, clock: systemClock });
  const places = Array.from({ length: population.count }, (_, place) => place);
  while (places.length > 0) {
    const some = places.splice(0, scopesAtOnce);
    await Promise.all(some.map((place) => scope.open(population.sessionIdOf(place))));
  }
  await redis.close();
}

function readsSaved({ on, off }: Compared, least: number): Check {
  const reads = (measured: Measured): Rate => ({
    ...measured,
    count: sumOf(measured.calls, (text) => Number(isRead(text))),
  });
  const saved = percentFewer(reads(on.warm), reads(off.warm));
  const withoutCache = percentFewer(reads(off.warm), reads(off.cold));
  return {
    what: 'statements of the bank that read, fewer with the cache',
    found: `${saved} %: ${describeFewer(reads(on.warm), reads(off.warm))}; keys from cache ${describeHits(on.warm.keys)}`,
    must: `≥ ${least} %`,
    holds: saved >= least,
    control: { found: `${withoutCache} % past the cache`, fails: withoutCache < least },
  };
}
