import { inject } from 'vitest';
import { z } from 'zod';
import { createCache, type Cache } from '../cache/cache.ts';
import { jsonCodec } from '../cache/codec.ts';
import type { CachePolicy } from '../cache/policy.ts';
import { allProtections, type Protections } from '../cache/settings.ts';
import type { Epochs } from '../cache/epochs.ts';
import { createEpochTable } from '../cache/testing/epochs.ts';
import { systemClock } from '../clock/clock.ts';
import { createDeadline } from '../clock/deadline.ts';
import { systemRandom } from '../clock/random.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { sql, type Queryable } from '../database/sql.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { createSubscriber } from '../redis/subscriber.ts';
import { createTestDatabase, onServer } from './database.ts';
import { randomAppName } from './gateway.ts';
import { createJoinedLoads } from '../store/joined-loads.ts';
import { createStore, type Seen } from '../store/store.ts';
import { createTransactions, type Transactions } from '../store/transactions.ts';

const account = z.object({ id: z.string(), cents: z.number(), version: z.number() });
export type Account = z.output<typeof account>;

/** The same row, once strict and once written through. */
export const accountPolicy: CachePolicy<string, Account> = {
  name: 'account',
  version: 1,
  key: (id) => id,
  freshForMs: 60_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(account),
};
export const notePolicy: CachePolicy<string, Account> = {
  ...accountPolicy,
  name: 'note',
  strict: false,
  rowVersion: ({ version }) => version,
};

export const licenceMs = 200;
export const log = createLog({ level: 'silent' });

export interface Gateway {
  /** First part of its keys. */
  readonly app: string;
  readonly cache: Cache;
  readonly redis: Redis;
  readonly database: Database;
  readonly transactions: Transactions;
}

interface GatewayOptions {
  /** Another way to the primary. */
  readonly primaryUrl?: string;
  readonly protections?: Protections;
  /** One for all gateways, without the floors that come with a real raise, when not given. */
  readonly epochs?: Epochs;
}

/** A database of its own with a table of accounts, and gateways over it. */
export async function openAccounts() {
  const own = await createTestDatabase({
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
  });
  await onServer(own.primaryUrl, `CREATE TABLE rows (id text PRIMARY KEY, cents integer, version integer)`);
  // Licences are of the tests of the cache: here a raise is seen everywhere at once, for nobody samples.
  const epochs = createEpochTable(licenceMs).view({ ...systemClock, monotonic: () => 0 });
  const opened: (() => Promise<unknown>)[] = [];
  let app = randomAppName();

  async function openGateway(options: GatewayOptions = {}): Promise<Gateway> {
    const parts = { clock: systemClock, metrics: createMetrics(), log };
    const redisUrl = inject('redisUrl');
    const redis = createRedis({ url: redisUrl, role: 'cache', settings: { deadlineMs: 5_000 }, ...parts });
    const subscriber = createSubscriber({ urls: [redisUrl], log });
    const cache = createCache({
      redis,
      subscriber,
      random: systemRandom,
      app,
      epochs: options.epochs ?? epochs,
      protections: options.protections ?? allProtections,
      ...parts,
    });
    const database = await createDatabase({
      primaryUrl: options.primaryUrl ?? own.primaryUrl,
      replicaUrls: own.replicaUrls,
      settings: {
        poolSize: 4,
        connectTimeoutMs: 1_000,
        statementTimeoutMs: 5_000,
        sampleMs: 20,
        maxLagMs: 5_000,
      },
      ...parts,
    });
    const transactions = createTransactions({ cache, database, ...parts });
    opened.push(async () => {
      await transactions.close();
      await cache.close();
      await Promise.all([database.close(), subscriber.close(), redis.close()]);
    });
    await redis.untilUp(2_000);
    return { app, cache, redis, database, transactions };
  }

  return {
    primaryUrl: own.primaryUrl,
    replicated: () => own.replicated(),
    openGateway,
    /** A row with 100 cents, and a name of their own for the gateways that are opened next. Resolves to its id. */
    async openRow(): Promise<string> {
      app = randomAppName();
      await onServer(own.primaryUrl, `INSERT INTO rows VALUES ($1, 100, 1)`, [app]);
      return app;
    },
    /** To be closed before what was opened earlier. */
    alsoClose: (close: () => Promise<unknown>) => void opened.push(close),
    async closeGateways() {
      for (const close of opened.splice(0).toReversed()) await close();
    },
    drop: () => own.drop(),
  };
}

export const storeOf = (gateway: Gateway, seen?: Seen) =>
  createStore({
    ...{ ...gateway, seen, clock: systemClock },
    loads: createJoinedLoads(systemClock),
    deadline: createDeadline(systemClock, 20_000),
  });

async function selectRows(db: Queryable, ids: readonly string[]) {
  const rows = await db.rows<Account>(sql`SELECT id, cents, version FROM rows WHERE id = ANY(${ids})`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Takes a cent. */
export async function pay(tx: Queryable, id: string): Promise<Account> {
  const [row] = await tx.rows<Account>(
    sql`UPDATE rows SET cents = cents - 1, version = version + 1 WHERE id = ${id} RETURNING id, cents, version`,
  );
  if (row === undefined) throw new Error('no such row');
  return row;
}

/** Reads through the cache in a request of its own; resolves to the cents. */
export const readWith =
  (policy: CachePolicy<string, Account>, seen?: Seen) =>
  async (gateway: Gateway, id: string): Promise<number | undefined> => {
    const row = await storeOf(gateway, seen).cached(policy, selectRows).load(id);
    await gateway.cache.idle();
    return row?.cents;
  };

/** What the entry's key holds; the row's id is the app's name. */
export async function entryOf(
  { app, redis }: Gateway,
  { name, strict }: CachePolicy<string, Account>,
): Promise<string> {
  const [reply] = await redis.batch([['get', `${app}:v2:${strict ? 's' : 'g'}1:${name}.1:${app}`]]);
  return typeof reply === 'string' ? reply : '';
}
