import { afterEach, describe, expect, inject, it } from 'vitest';
import type { CachePolicy } from './policy.ts';
import type { Protections } from './settings.ts';
import { endFreshness, onlyEntryOf } from './testing/expired.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis', staleForMs: 60_000 });
const everything: Protections = { lease: true, fence: true, strict: true };
const plainSet: Protections = { lease: false, fence: true, strict: true };

async function read({ cache }: Gateway, table: Table, which: CachePolicy<string, string> = policy) {
  return (await cache.getMany(which, ['row'], table.source)).get('row');
}

async function warm(gateway: Gateway, table: Table, which = policy): Promise<void> {
  await read(gateway, table, which);
  await gateway.cache.idle();
}

describe('a value past its freshness, within its grace', () => {
  it('answers while the source is busy with the refresh, and costs one round trip until then', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    await endFreshness(gateway, 1_000);
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    table.write('row', 'new');
    table.replicate();

    expect(await read(gateway, table)).toBe('old');
    await gate.reached;
    expect(await read(gateway, table)).toBe('old');
    gate.open();
    await gateway.cache.idle();
    expect(await read(gateway, table)).toBe('new');
    expect(table.loads).toHaveLength(2);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'stale' })).toBe(2);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'refreshed' })).toBe(1);
  });

  it('is refreshed once, by however many readers on two gateways', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ row: 'old' });
    await warm(one, table);
    await endFreshness(one, 1_000);
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    // In waves, because readers of one moment share a flight and prove nothing.
    for (let wave = 0; wave < 20; wave++) {
      const readers = Array.from({ length: 10 }, (_, index) => read(index % 2 === 0 ? one : other, table));
      expect(new Set(await Promise.all(readers))).toEqual(new Set(['old']));
    }
    gate.open();
    for (const { cache } of [one, other]) await cache.idle();
    expect(table.loads).toHaveLength(2);
  });

  it('is not refreshed while it is fresh: the control', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    for (let reads = 0; reads < 5; reads++) await warm(gateway, table);
    expect(table.loads).toHaveLength(1);
  });

  it('becomes no copy in the process', async () => {
    const gateway = await start();
    const copied = textPolicy({ staleForMs: 60_000 });
    const table = createTable({ row: 'old' });
    await warm(gateway, table, copied);
    await endFreshness(gateway, 1_000);
    expect(await read(gateway, table, copied)).toBe('old');
    expect(gateway.cache.status().l1Entries).toBe(0);
    await gateway.cache.idle();
  });

  it('stays and goes on being served when the refresh fails, and is not tried again at once', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    await endFreshness(gateway, 1_000);
    table.onSnapshot(() => Promise.reject(new Error('no database')));
    for (let reads = 0; reads < 5; reads++) {
      expect(await read(gateway, table)).toBe('old');
      await gateway.cache.idle();
    }
    expect(table.loads).toHaveLength(2);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'refresh_failed' })).toBe(1);
  });

  it('is refreshed again when the claim of a refresh that died has run out', async () => {
    const app = uniqueApp();
    const settings = { claimMs: 1_000 };
    const [dying, other] = [await start({ app, settings }), await start({ app, settings })];
    const table = createTable({ row: 'old' });
    await warm(dying, table);
    await endFreshness(dying, 1_000);
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 2 ? gate.pass() : Promise.resolve()));
    await read(dying, table);
    await gate.reached;
    await expect
      .poll(
        async () => {
          await warm(other, table);
          return table.loads.length;
        },
        { timeout: 10_000, interval: 50 },
      )
      .toBe(3);
    gate.open();
  });

  it('is a miss once the grace is over', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    await endFreshness(gateway, 61_000);
    table.write('row', 'new');
    table.replicate();
    expect(await read(gateway, table)).toBe('new');
  });
});

/**
 * 1. A reader serves the old value, claims it and takes its snapshot.
 * 2. A writer on another gateway commits and invalidates.
 * 3. The reader stores what it has.
 * 4. Somebody reads.
 */
async function refreshBehindWrite(protections: Protections): Promise<string | undefined> {
  const app = uniqueApp();
  const [reading, writing] = [await start({ app, protections }), await start({ app, protections })];
  const table = createTable({ row: 'old' });
  await warm(reading, table);
  await endFreshness(reading, 1_000);
  const gate = createGate();
  table.onSnapshot(() => gate.pass());
  expect(await read(reading, table)).toBe('old');
  await gate.reached;
  expect(await writing.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'))).toBe(true);
  gate.open();
  await reading.cache.idle();
  return read(writing, table);
}

describe('a refresh that read before a commit', () => {
  it('is refused, for the value that it claimed is not there any more', async () => {
    expect(await refreshBehindWrite(everything)).toBe('new');
  });
  it('brings the old row back where it is a plain SET: the control', async () => {
    expect(await refreshBehindWrite(plainSet)).toBe('old');
  });
  it('grace never serves what was invalidated, not even once', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    await endFreshness(gateway, 1_000);
    await gateway.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    expect(await read(gateway, table)).toBe('new');
  });
  it('asks for a server that has replayed what the value contains', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    const lsn = table.write('row', 'newer');
    await gateway.cache.invalidate([{ policy, id: 'row' }], lsn);
    await warm(gateway, table);
    await endFreshness(gateway, 1_000);
    expect(await read(gateway, table)).toBe('newer');
    await gateway.cache.idle();
    expect(table.loads.map(({ need, from }) => [need.atLeast, from])).toEqual([
      [lsn, 'primary'],
      [lsn, 'primary'],
    ]);
    expect(await read(gateway, table)).toBe('newer');
  });
});

describe('a value close to its end', () => {
  const ahead = textPolicy({ tiers: 'redis' });
  async function readsAhead(refreshBeta: number, which: CachePolicy<string, string>) {
    const gateway = await start({ settings: { refreshBeta } });
    const table = createTable({ row: 'old' });
    table.onSnapshot(() => new Promise((resolve) => setTimeout(resolve, 5)));
    await warm(gateway, table, which);
    const before = await total(gateway.metrics.redisRoundTrips);
    await read(gateway, table, which);
    const trips = (await total(gateway.metrics.redisRoundTrips)) - before;
    await gateway.cache.idle();
    return { loads: table.loads.length, trips };
  }

  it('is refreshed ahead, behind the answer', async () => {
    // So that the chance is next to certain: a load of any time, times so much, is far more than the life.
    expect(await readsAhead(1e12, ahead)).toMatchObject({ loads: 2 });
  });
  it('is not where that is switched off', async () => {
    expect(await readsAhead(0, ahead)).toEqual({ loads: 1, trips: 1 });
  });
  it('is not where its policy is strict', async () => {
    expect(await readsAhead(1e12, textPolicy({ strict: true }))).toEqual({ loads: 1, trips: 1 });
  });
});

it('Redis keeps a value for its freshness, its grace and its time for errors', async () => {
  const gateway = await start();
  const table = createTable({ row: 'old' });
  const kept = textPolicy({ tiers: 'redis', staleForMs: 1_000_000, staleIfErrorMs: 10_000_000 });
  await warm(gateway, table, kept);
  const life = async () => Number((await gateway.redis.batch([['pttl', await onlyEntryOf(gateway)]]))[0]);
  expect(await life()).toBeGreaterThan(11_000_000);
  await endFreshness(gateway, 1_000);
  await read(gateway, table, kept);
  await gateway.cache.idle();
  expect(await life()).toBeGreaterThan(11_000_000);
});
