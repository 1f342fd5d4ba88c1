import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import type { RedisCommand } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import { countsTable, createAddUp } from '../testing/write-behind/add-up.ts';
import { recordBatch } from './batches.ts';
import type { Batch } from './buffer.ts';
import { createWriteBehind, type WriteBehind } from './write-behind.ts';

const log = createLog({ level: 'silent' });
let own: TestDatabase;
let database: Database;
let redis: Redis;
let app: string;
let metrics: ReturnType<typeof createMetrics>;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  await onServer(own.primaryUrl, countsTable);
  const parts = { clock: systemClock, metrics: createMetrics(), log };
  redis = createRedis({ url: inject('redisUrl'), role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: [],
    settings: {
      poolSize: 4,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 5_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    ...parts,
  });
  await redis.untilUp(5_000);
});
afterAll(async () => {
  await Promise.all([redis.close(), database.close()]);
  await own.drop();
});
beforeEach(async () => {
  app = randomAppName();
  metrics = createMetrics();
  await onServer(own.primaryUrl, 'TRUNCATE counts, write_behind_batches');
});

const addUp = (batch: Batch, isRecorded: boolean) => createAddUp(database, { isRecorded })(batch);

interface Faulty {
  readonly through?: Redis;
  readonly apply?: (batch: Batch) => Promise<boolean>;
  readonly maxEntries?: number;
}

/** One gateway's, whose clock stands still: it does what the test says and nothing by itself. Dropped, it is a killed one. */
const open = ({
  through = redis,
  apply = (batch) => addUp(batch, true),
  maxEntries = 1_000,
}: Faulty = {}): WriteBehind =>
  createWriteBehind({
    redis: through,
    clock: createFakeClock(),
    log,
    metrics,
    app,
    name: 'clicks',
    flushEveryMs: 5_000,
    maxEntries,
    apply,
  });

const counted = async () => {
  const rows = await onServer<{ field: string; n: string }>(
    own.primaryUrl,
    'SELECT field, n::text FROM counts ORDER BY field',
  );
  return Object.fromEntries(rows.map(({ field, n }) => [field, Number(n)]));
};

type Fault = 'not sent' | 'answer lost';

/** Fails the first call of the script of that name: before Redis has seen it, or after Redis has done it. */
function failingAt(script: string, fault: Fault): Redis {
  let failures = 1;
  return {
    ...redis,
    async batch(commands: readonly RedisCommand[]) {
      const [name] = commands[0] ?? ['none'];
      if (typeof name === 'string' || name.name !== script || failures === 0) return redis.batch(commands);
      failures -= 1;
      if (fault === 'answer lost') await redis.batch(commands);
      throw new RedisUnavailable(fault);
    },
  };
}

const faults: readonly Fault[] = ['not sent', 'answer lost'];

it('brings sums and latest values of all gateways to where they belong, once', async () => {
  const batches: Batch[] = [];
  const apply = (batch: Batch) => Promise.resolve(batches.push(batch) > 0);
  const [one, other] = [open({ apply }), open({ apply })];
  one.add('a', 2);
  one.add('a');
  one.latest('seen', 30);
  one.latest('seen', 10);
  other.add('a', 4);
  other.add('b', -1);
  other.latest('seen', 20);
  expect([await one.gather(), await other.gather()]).toEqual([true, true]);
  await one.flush();
  await other.flush();
  expect(batches.map(({ sums, latest }) => ({ sums, latest }))).toEqual([
    {
      sums: new Map([
        ['a', 7],
        ['b', -1],
      ]),
      latest: new Map([['seen', 30]]),
    },
  ]);
});

describe('killed at any step, nothing that had reached Redis is lost and nothing is counted twice', () => {
  it.each(faults)('while gathering, %s: the same process sends it again', async (fault) => {
    const one = open({ through: failingAt('gather', fault) });
    one.add('a', 3);
    expect(await one.gather()).toBe(false);
    one.add('a', 10);
    expect(await one.gather()).toBe(true);
    await one.flush();
    expect(await counted()).toEqual({ a: 13 });
  });

  it.each(['seal', 'forget'].flatMap((step) => faults.map((fault) => [step, fault] as const)))(
    'at %s, %s: the next flusher finds it',
    async (step, fault) => {
      const killed = open({ through: failingAt(step, fault) });
      killed.add('a', 3);
      await killed.gather();
      await expect(killed.flush()).rejects.toThrow(fault);
      const next = open();
      next.add('a', 4);
      await next.gather();
      await next.flush();
      await next.flush();
      expect(await counted()).toEqual({ a: 7 });
    },
  );

  it.each([
    ['before the transaction', false],
    ['after COMMIT', true],
  ])('while applying, %s', async (_, isDone) => {
    const killed = open({
      apply: async (batch) => {
        if (isDone) await addUp(batch, true);
        throw new Error('killed');
      },
    });
    killed.add('a', 3);
    await killed.gather();
    await expect(killed.flush()).rejects.toThrow('killed');
    await open().flush();
    expect(await counted()).toEqual({ a: 3 });
  });

  it('without the record of batches the same kill counts double: the tests would notice', async () => {
    const apply = (batch: Batch) => addUp(batch, false);
    const killed = open({ through: failingAt('forget', 'not sent'), apply });
    killed.add('a', 3);
    await killed.gather();
    await expect(killed.flush()).rejects.toThrow();
    await open({ apply }).flush();
    expect(await counted()).toEqual({ a: 6 });
  });

  it('a failover that brings back a batch as it was before it was sealed changes nothing', async () => {
    const one = open();
    one.add('a', 3);
    await one.gather();
    const key = `${app}:wb:{clicks}:gathering`;
    const [kept] = await redis.batch([['hgetall', key]]);
    await one.flush();
    await redis.batch([
      ['hset', key, ...Object.entries(kept as unknown as Readonly<Record<string, string>>).flat()],
    ]);
    await open().flush();
    expect(await counted()).toEqual({ a: 3 });
  });
});

describe('at once', () => {
  it('eight gateways add and flush, and every count arrives', async () => {
    const gateways = Array.from({ length: 8 }, () => open());
    await Promise.all(
      gateways.map(async (gateway, index) => {
        for (let round = 0; round < 20; round += 1) {
          gateway.add('shared');
          gateway.add(`own ${index}`);
          await gateway.gather();
          if ((round + index) % 3 === 0) await gateway.flush();
        }
      }),
    );
    await open().flush();
    const { shared, ...owns } = await counted();
    expect(shared).toBe(160);
    expect(Object.values(owns)).toEqual(gateways.map(() => 20));
  });

  it('two apply the same batch, and one of them finds that it was applied', async () => {
    let arrived = 0;
    let bothHere: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothHere = resolve));
    const apply = async (batch: Batch) => {
      arrived += 1;
      if (arrived === 2) bothHere();
      await both;
      return addUp(batch, true);
    };
    const [one, other] = [open({ apply }), open({ apply })];
    one.add('a', 3);
    await one.gather();
    await Promise.all([one.flush(), other.flush()]);
    expect(await counted()).toEqual({ a: 3 });
    const { values } = await metrics.writeBehindBatches.get();
    expect(values.map(({ labels, value }) => [labels.outcome, value]).toSorted()).toEqual([
      ['applied', 1],
      ['repeated', 1],
    ]);
  });
});

describe('bounds', () => {
  it('without Redis a process keeps so many fields, goes on counting in them, and drops and counts the rest', async () => {
    const away = createRedis({ url: 'redis://127.0.0.1:1', role: 'state', clock: systemClock, metrics, log });
    const one = open({ through: away, maxEntries: 3 });
    for (const field of ['a', 'b']) one.add(field);
    expect(await one.gather()).toBe(false);
    for (const field of ['a', 'b', 'c', 'a']) one.add(field);
    expect((await metrics.writeBehindDropped.get()).values[0]?.value).toBe(2);
    await away.close();
  });

  it('a full batch takes nothing more until it is sealed, and then what had to wait', async () => {
    const one = open({ maxEntries: 2 });
    for (const field of ['a', 'b']) one.add(field);
    expect(await one.gather()).toBe(true);
    one.add('c');
    expect(await one.gather()).toBe(false);
    await one.flush();
    expect(await one.gather()).toBe(true);
    await one.flush();
    expect(await counted()).toEqual({ a: 1, b: 1, c: 1 });
  });

  it('the record of a batch is pruned after a day, by the next one', async () => {
    const record = (id: string) => database.write((tx) => recordBatch(tx, 'clicks', id));
    for (const id of ['old', 'recent']) await record(id);
    await onServer(
      own.primaryUrl,
      `UPDATE write_behind_batches SET applied_at = now() - interval '25 hours' WHERE id = 'old'`,
    );
    expect((await record('old')).value).toBe(false);
    expect((await record('new')).value).toBe(true);
    const rows = await onServer<{ id: string }>(
      own.primaryUrl,
      'SELECT id FROM write_behind_batches ORDER BY id',
    );
    expect(rows.map(({ id }) => id)).toEqual(['new', 'recent']);
  });
});

it('a process that leaves the flushing to others gathers by its clock, and applies nothing until it is closed', async () => {
  const clock = createFakeClock();
  const apply = (batch: Batch) => addUp(batch, true);
  const parts = { redis, clock, log, metrics, app, name: 'clicks', maxEntries: 1_000, apply };
  const gathering = createWriteBehind({ ...parts, flushEveryMs: undefined });
  gathering.add('a', 3);
  await clock.advance(60_000);
  await gathering.gather();
  expect(await counted()).toEqual({});
  await open().flush();
  expect(await counted()).toEqual({ a: 3 });
  await gathering.close();
});

it('closing brings everything to Postgres', async () => {
  const one = open();
  for (let n = 0; n < 2_500; n += 1) one.add(`f${n % 900}`);
  await one.close();
  expect(Object.values(await counted()).reduce((sum, n) => sum + n, 0)).toBe(2_500);
});
