import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { createDatabase, type Database } from './database.ts';
import { sql } from './sql.ts';

let own: TestDatabase;
const seldom = 600_000;

beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
});
afterAll(() => own.drop());

/** What one gateway has of the database. */
async function open({ sampleMs = 20, strictLicenceMs = 30_000 } = {}): Promise<Database> {
  const database = await createDatabase({
    primaryUrl: own.primaryUrl,
    replicaUrls: own.replicaUrls,
    epochs: true,
    settings: {
      poolSize: 4,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      sampleMs,
      maxLagMs: 5_000,
      strictLicenceMs,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
  });
  onTestFinished(() => database.close());
  return database;
}

const latest = ({ epochs }: Database) => epochs.inUse('strict')[0] ?? 0;

it('there is exactly one row', async () => {
  for (const insert of ["(timeline) VALUES ('0')", "(only_row, timeline) VALUES (false, '0')"])
    await expect(onServer(own.primaryUrl, `INSERT INTO cache_epochs ${insert}`)).rejects.toThrow(
      'cache_epochs',
    );
});

describe('a raise', () => {
  it('is known at once where it was made, and elsewhere by the next sample', async () => {
    const [one, other] = [await open(), await open()];
    const before = latest(one);
    await one.epochs.raise('strict', 'test');
    expect([one.epochs.read('strict'), one.epochs.inUse('strict')]).toEqual([
      before + 1,
      expect.arrayContaining([before + 1, before]),
    ]);
    await vi.waitFor(() => expect(other.epochs.read('strict')).toBe(before + 1), { timeout: 5_000 });
  });

  it('from a number is made once, by whoever comes first', async () => {
    const [one, other] = [await open(), await open()];
    const from = one.epochs.read('generation') ?? 0;
    await Promise.all([one, other].map(({ epochs }) => epochs.raise('generation', 'test', from)));
    expect([one, other].map(({ epochs }) => epochs.read('generation'))).toEqual([from + 1, from + 1]);
  });

  it('of the generation raises both', async () => {
    const database = await open();
    const [generation, strict] = [database.epochs.read('generation') ?? 0, latest(database)];
    await database.epochs.raise('generation', 'test');
    expect([database.epochs.read('generation'), database.epochs.read('strict')]).toEqual([
      generation + 1,
      strict + 1,
    ]);
  });

  it('in a transaction stands and falls with it', async () => {
    const database = await open();
    const before = latest(database);
    await database.write(
      (tx) => tx.rows(sql`SELECT 1`),
      () => Promise.resolve({ raiseStrict: true }),
    );
    expect(database.epochs.read('strict')).toBe(before + 1);
    const failing = database.write(
      () => Promise.reject(new Error('no')),
      () => Promise.resolve({ raiseStrict: true }),
    );
    await expect(failing).rejects.toThrow('no');
    await database.write((tx) => tx.rows(sql`SELECT 1`));
    expect(latest(database)).toBe(before + 1);
  });
});

it('a writer knows every number that was raised before its commit, which its samples alone do not tell', async () => {
  const [writer, raiser] = [await open({ sampleMs: seldom }), await open()];
  const before = latest(writer);
  await writer.write(async () => {
    await raiser.epochs.raise('strict', 'test');
    expect(writer.epochs.inUse('strict')).not.toContain(before + 1);
  });
  expect(writer.epochs.inUse('strict')).toEqual([before + 1, before, before - 1]);
});

it('the licence ends when samples do not come, and generations need none', async () => {
  const database = await open({ sampleMs: seldom, strictLicenceMs: 100 });
  await vi.waitFor(() => expect(database.epochs.read('strict')).toBeUndefined(), { timeout: 5_000 });
  expect(database.epochs.read('generation')).toBeDefined();
});

describe('the Redis that gateways talk to', () => {
  it('raises strict once when it changes, however many gateways notice', async () => {
    const gateways = await Promise.all([open(), open(), open()]);
    await gateways[0].epochs.noteRedis('redis-a');
    const before = Math.max(...gateways.map(latest));
    await Promise.all(gateways.map(({ epochs }) => epochs.noteRedis('redis-b')));
    for (const gateway of gateways) expect(gateway.epochs.read('strict')).toBe(before + 1);
    await gateways[1].epochs.noteRedis('redis-b');
    expect(gateways[1].epochs.read('strict')).toBe(before + 1);
  });

  it('while gateways disagree, only those that agree with the last one read strict', async () => {
    const [one, other] = [await open(), await open()];
    await one.epochs.noteRedis('redis-c');
    expect(one.epochs.read('strict')).toBeDefined();
    await other.epochs.noteRedis('redis-d');
    expect(other.epochs.read('strict')).toBeDefined();
    await vi.waitFor(() => expect(one.epochs.read('strict')).toBeUndefined(), { timeout: 5_000 });
    await one.epochs.noteRedis('redis-d');
    expect(one.epochs.read('strict')).toBe(latest(other));
  });
});
