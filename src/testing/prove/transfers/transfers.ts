import { allProtections, type Protections } from '../../../cache/settings.ts';
import { seededRandom } from '../../../clock/random.ts';
import { setReplicaDelay } from '../../../dev/postgres/replica-control.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import { auditStatement, type Audit } from '../../bank.ts';
import { onServer } from '../../database.ts';
import { randomAppName, type Gateway } from '../../gateway.ts';
import { totalOf } from '../measures.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { readKeys } from '../targets/keys-read.ts';
import { checksOf, type Series } from './checks.ts';
import { createCustomers, openScopes, type Customer } from './customers.ts';
import { faultsIn, readLedger } from './ledger.ts';
import { lossy } from './lossy.ts';
import { runTraffic } from './traffic.ts';

type Option = 'transfers' | 'accounts' | 'lost';
type Context = ProofContext<Option>;

const funds = 50_000n;
const replicaDelayMs = 5_000;
/** So that the replica, with 5 s of lag, is read: otherwise only the primary would be. */
const env = {
  ...{ REPLICA_MAX_LAG_MS: '15000', REQUEST_DEADLINE_MS: '60000', REDIS_DEADLINE_MS: '5000' },
  ...{ POOL_WAIT_MS: '30000', STATEMENT_TIMEOUT_MS: '30000' },
};
const controlPart = 0.1;

/** Random transfers among a few accounts, over two gateways that lose a part of their invalidations. */
export const transfers: Proof<Option> = {
  name: 'transfers',
  about:
    'No money is made or lost, and no balance is shown old, with 30 % of invalidations lost and the replica 5 s behind.',
  takes: '3 to 8 min',
  options: {
    transfers: { about: 'at random, 16 at a time', fallback: 20_000 },
    accounts: { about: 'among which', fallback: 8 },
    lost: { about: 'percent of invalidations that are thrown away', fallback: 30 },
  },
  async run(context) {
    const { transfers: count, accounts } = context.options;
    const stage = await startStage(context, { products: 1 });
    const { primaryUrl } = stage.servers;
    // One that loses nothing follows the log, as in production; the control has none, so that what is old stays.
    const main = await openPair(context, stage, allProtections);
    await stage.gateway({ app: main.app, env: { ...env, ROLES: 'worker' } });
    const control = await openPair(context, stage, { ...allProtections, strict: false });
    const customers = await createCustomers(
      main.urls[0],
      primaryUrl,
      Array.from({ length: accounts }, () => funds),
    );
    for (const { urls } of [main, control]) await openScopes(urls[0], customers);
    if (!(await follows(stage.replica, stage.primary))) throw new Error('the replica does not follow');
    await setReplicaDelay(stage.replica, replicaDelayMs);

    const found = await see(context, main, { stage, customers, name: 'strict', count });
    const careless = await see(context, control, {
      ...{ stage, customers, name: 'control' },
      count: Math.max(50, Math.round(count * controlPart)),
    });
    const books = await audit(primaryUrl);
    await onServer(
      primaryUrl,
      'UPDATE balances SET balance_minor = balance_minor + 1 WHERE account_id = $1',
      [customers[0]?.accountKey],
    );
    const tampered = await audit(primaryUrl);
    const expected = funds * BigInt(accounts);
    return {
      checks: checksOf({ found, careless, books, tampered, expected }),
      figures: { found, careless, books },
    };
  },
};

interface Pair {
  readonly app: string;
  readonly gateways: readonly Gateway[];
  readonly urls: readonly [string, string];
}

/** While the replica follows: no gateway reads one that has not reached where the primary was at the gateway's start. */
async function openPair({ options, seed }: Context, stage: Stage, protections: Protections): Promise<Pair> {
  const app = randomAppName();
  const cache = lossy(options.lost / 100, seededRandom(seed));
  const open = () => stage.gateway({ app, env, overrides: { protections, around: { cache } } });
  const [first, second] = [await open(), await open()];
  return { app, gateways: [first, second], urls: [first.url, second.url] };
}

interface Scene {
  readonly stage: Stage;
  readonly customers: readonly Customer[];
  readonly name: string;
  readonly count: number;
}

async function see(
  context: Context,
  { gateways, urls }: Pair,
  { stage, customers, name, count }: Scene,
): Promise<Series> {
  const { primaryUrl } = stage.servers;
  const before = await storedTransfers(primaryUrl);
  const random = seededRandom(context.seed);
  const { sights, ...told } = await runTraffic(context, { urls, customers, random, name }, count);
  const keys = await Promise.all(
    gateways.map(({ app }) => readKeys(app.metrics, ['balance', 'recent-transactions'])),
  );
  return {
    ...told,
    stored: (await storedTransfers(primaryUrl)) - before,
    faults: faultsIn(sights, await readLedger(primaryUrl, customers)),
    fromCache: keys.reduce((sum, { redis }) => sum + redis, 0),
    fromPrimary: keys.reduce((sum, { source }) => sum + source, 0),
    notClaimed: await notClaimed(gateways),
  };
}

async function notClaimed(gateways: readonly Gateway[]): Promise<number> {
  const counts = gateways.map(({ app: { metrics } }) =>
    totalOf(metrics.cacheInvalidations, { policy: 'balance', outcome: 'not_marked' }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function storedTransfers(url: string): Promise<number> {
  const [row] = await onServer<{ count: number }>(
    url,
    `SELECT count(*)::integer AS count FROM transfers WHERE kind = 'TRANSFER'`,
  );
  return row?.count ?? 0;
}

async function audit(url: string): Promise<Audit & { readonly total: string }> {
  const [books] = await onServer<Audit>(url, auditStatement);
  const [money] = await onServer<{ total: string }>(
    url,
    'SELECT sum(balance_minor)::text AS total FROM balances',
  );
  if (books === undefined || money === undefined) throw new Error('no audit');
  return { ...books, ...money };
}
