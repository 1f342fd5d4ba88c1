import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { createCache, type Cache } from '../cache/cache.ts';
import { jsonCodec } from '../cache/codec.ts';
import type { CachePolicy } from '../cache/policy.ts';
import { allProtections, type Protections } from '../cache/settings.ts';
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
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { randomAppName } from '../testing/gateway.ts';
import { PASS } from '../testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import type { Changed } from './changes.ts';
import { createStore } from './store.ts';
import { createTransactions, type Transactions } from './transactions.ts';

const account = z.object({ id: z.string(), cents: z.number(), version: z.number() });
type Account = z.output<typeof account>;
const accountPolicy: CachePolicy<string, Account> = {
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
const notePolicy: CachePolicy<string, Account> = {
  ...accountPolicy,
  name: 'note',
  strict: false,
  rowVersion: ({ version }) => version,
};

const licenceMs = 200;
const log = createLog({ level: 'silent' });
let own: TestDatabase;
let proxy: FaultProxy;
let app: string;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
  await onServer(own.primaryUrl, `CREATE TABLE rows (id text PRIMARY KEY, cents integer, version integer)`);
  proxy = await createFaultProxy({ targetPort: Number(new URL(own.primaryUrl).port) });
});
afterEach(async () => {
  await proxy.setMode(PASS);
  for (const close of opened.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await proxy.close();
  await own.drop();
});

interface Gateway {
  readonly cache: Cache;
  readonly redis: Redis;
  readonly database: Database;
  readonly transactions: Transactions;
}

const epochs = createEpochTable(licenceMs);

async function openGateway(
  options: { readonly primaryUrl?: string; readonly protections?: Protections } = {},
) {
  const parts = { clock: systemClock, metrics: createMetrics(), log };
  const redisUrl = inject('redisUrl');
  const redis = createRedis({ url: redisUrl, role: 'cache', settings: { deadlineMs: 5_000 }, ...parts });
  const subscriber = createSubscriber({ urls: [redisUrl], log });
  // Licences are of the tests of the cache: here every view is fresh.
  const view = epochs.view({ ...systemClock, monotonic: () => 0 });
  const { protections = allProtections } = options;
  const cache = createCache({
    redis,
    subscriber,
    random: systemRandom,
    app,
    epochs: view,
    protections,
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
  return { cache, redis, database, transactions };
}

async function openRow(): Promise<string> {
  app = randomAppName();
  await onServer(own.primaryUrl, `INSERT INTO rows VALUES ($1, 100, 1)`, [app]);
  return app;
}

const storeOf = (gateway: Gateway) =>
  createStore({ ...gateway, deadline: createDeadline(systemClock, 20_000), clock: systemClock });

async function selectRows(db: Queryable, ids: readonly string[]) {
  const rows = await db.rows<Account>(sql`SELECT id, cents, version FROM rows WHERE id = ANY(${ids})`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function pay(tx: Queryable, id: string): Promise<Account> {
  const [row] = await tx.rows<Account>(
    sql`UPDATE rows SET cents = cents - 1, version = version + 1 WHERE id = ${id} RETURNING id, cents, version`,
  );
  if (row === undefined) throw new Error('no such row');
  return row;
}

const readWith = (policy: CachePolicy<string, Account>) => async (gateway: Gateway, id: string) => {
  const row = await storeOf(gateway).cached(policy, selectRows).load(id);
  await gateway.cache.idle();
  return row?.cents;
};
const read = readWith(accountPolicy);

/** What the entry's key holds, by its first byte. */
async function entryOf({ redis }: Gateway, kind: 'g' | 's', name: string): Promise<string> {
  const [reply] = await redis.batch([['get', `${app}:v2:${kind}1:${name}.1:${app}`]]);
  return typeof reply === 'string' ? reply : '';
}

async function strictEpoch(): Promise<number> {
  const rows = await onServer<{ strict: number }>(own.primaryUrl, 'SELECT strict::integer FROM cache_epochs');
  return rows[0]?.strict ?? 0;
}

describe('a write of a strict row', () => {
  it('is marked between its work and COMMIT, and not after it', async () => {
    const id = await openRow();
    const gateway = await openGateway();
    expect(await read(gateway, id)).toBe(100);
    const seen: string[] = [];
    const watching: Gateway = {
      ...gateway,
      database: {
        ...gateway.database,
        write: (work, finish) =>
          gateway.database.write(work, async () => {
            seen.push(await entryOf(gateway, 's', 'account'));
            const last = await finish?.();
            seen.push(await entryOf(gateway, 's', 'account'), last?.message ?? '');
            return last ?? {};
          }),
      },
    };
    const transactions = createTransactions({ ...watching, clock: systemClock, log });
    opened.push(() => transactions.close());
    await storeOf({ ...watching, transactions }).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
    });
    expect(seen.map((entry) => entry[0])).toEqual(['V', 'D', '{']);
    expect(JSON.parse(seen[2] ?? '')).toEqual({
      keys: [`account:${id}`],
      mark: seen[1]?.slice(-20) ?? '',
    });
    expect((await entryOf(gateway, 's', 'account'))[0]).toBe('T');
    expect(await read(gateway, id)).toBe(99);
  });

  it('that is rolled back leaves no mark', async () => {
    const id = await openRow();
    const gateway = await openGateway();
    await read(gateway, id);
    await onServer(
      own.primaryUrl,
      `CREATE TABLE IF NOT EXISTS checked (id text UNIQUE DEFERRABLE INITIALLY DEFERRED)`,
    );
    const failing = storeOf(gateway).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
      // Refused by COMMIT, when the mark has been made.
      await tx.rows(sql`INSERT INTO checked VALUES ('twice'), ('twice')`);
    });
    await expect(failing).rejects.toThrow('duplicate key');
    await gateway.transactions.idle();
    expect((await entryOf(gateway, 's', 'account'))[0]).not.toBe('D');
    expect(await read(gateway, id)).toBe(100);
  });

  it('that Redis does not take raises the strict epoch, and is answered a licence later', async () => {
    const id = await openRow();
    const gateway = await openGateway();
    const before = await strictEpoch();
    const slept: number[] = [];
    const clock = {
      ...systemClock,
      sleep: (ms: number) => {
        slept.push(ms);
        return systemClock.sleep(ms);
      },
    };
    const transactions = createTransactions({ ...gateway, clock, log });
    opened.push(() => transactions.close());
    gateway.redis.distrust('cut off');
    await storeOf({ ...gateway, transactions }).write(async (tx, changed) => {
      await pay(tx, id);
      changed(accountPolicy, id);
      // The breaker closes again by itself, and would before COMMIT.
      gateway.redis.distrust('cut off');
    });
    expect([(await strictEpoch()) - before, slept]).toEqual([1, [Math.ceil(licenceMs * 1.1)]]);
  });
});

describe('a commit whose answer is lost', () => {
  /** The connection ends when the server answers COMMIT. Resolves to what other gateways read then, again and again. */
  async function loseTheAnswer(policy: CachePolicy<string, Account>, repairs: boolean) {
    const id = await openRow();
    const writing = await openGateway({ primaryUrl: proxy.through(own.primaryUrl) });
    const reading = await openGateway();
    await readWith(policy)(reading, id);
    const cutting: Database = {
      ...writing.database,
      write: (work, finish) =>
        writing.database.write(work, async () => {
          const last = (await finish?.()) ?? {};
          await proxy.setMode({ kind: 'cut', afterBytes: 1 });
          return last;
        }),
    };
    const transactions = createTransactions({ ...writing, database: cutting, clock: systemClock, log });
    opened.push(() => transactions.close());
    const lost = storeOf({ ...writing, database: cutting, transactions }).write(
      async (tx, changed: Changed) => {
        await pay(tx, id);
        changed(policy, id);
      },
    );
    await expect(lost).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const atOnce = await readWith(policy)(reading, id);
    if (repairs) await proxy.setMode(PASS);
    return { id, reading, atOnce };
  }

  it('leaves a strict row marked, so that it is read on the primary', async () => {
    const { atOnce } = await loseTheAnswer(accountPolicy, false);
    expect(atOnce).toBe(99);
  });

  it('is followed by the invalidations as soon as the primary answers', async () => {
    const { id, reading, atOnce } = await loseTheAnswer(notePolicy, true);
    // Nothing marks what is not strict: the control for the repair.
    expect(atOnce).toBe(100);
    await vi.waitFor(async () => expect(await readWith(notePolicy)(reading, id)).toBe(99), {
      timeout: 10_000,
    });
  });

  it('takes the mark away too, so that the row is cached again', async () => {
    const { id, reading } = await loseTheAnswer(accountPolicy, true);
    const isCached = async () => {
      await read(reading, id);
      return (await entryOf(reading, 's', 'account'))[0];
    };
    await vi.waitFor(async () => expect(await isCached()).toBe('V'), { timeout: 10_000 });
    expect(await read(reading, id)).toBe(99);
  });
});

describe('a row that is written through', () => {
  const readNote = readWith(notePolicy);
  const write = (gateway: Gateway, id: string) =>
    storeOf(gateway).write(async (tx, changed) => {
      changed.to(notePolicy, id, await pay(tx, id));
    });

  it('is in Redis when the write is answered, and no gateway loads it', async () => {
    const id = await openRow();
    const [writing, reading] = [await openGateway(), await openGateway()];
    await readNote(reading, id);
    await write(writing, id);
    expect((await entryOf(writing, 'g', 'note'))[0]).toBe('V');
    const never = () => Promise.reject(new Error('loaded'));
    expect((await storeOf(reading).cached(notePolicy, never).load(id))?.cents).toBe(99);
  });

  it('is only fenced where Redis had none', async () => {
    const id = await openRow();
    const gateway = await openGateway();
    await write(gateway, id);
    expect((await entryOf(gateway, 'g', 'note'))[0]).toBe('T');
    expect(await readNote(gateway, id)).toBe(99);
  });

  it('is never older than the last answer, with writers on two gateways at once', async () => {
    const id = await openRow();
    const gateways = [await openGateway(), await openGateway()] as const;
    let paid = 0;
    const payAndRead = async (gateway: Gateway) => {
      for (let times = 0; times < 20; times++) {
        await write(gateway, id);
        paid += 1;
        const atLeast = paid;
        expect(await readNote(gateways[times % 2 === 0 ? 0 : 1], id)).toBeLessThanOrEqual(100 - atLeast);
      }
    };
    await Promise.all([...gateways, ...gateways].map(payAndRead));
    expect(await readNote(gateways[0], id)).toBe(20);
  });
});
