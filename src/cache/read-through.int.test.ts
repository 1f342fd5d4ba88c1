import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import type { Redis } from '../redis/redis.ts';
import { scripts } from './scripts.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy();
const fifty = Array.from({ length: 50 }, (_, index) => `row-${index}`);
const rows = Object.fromEntries(fifty.map((id) => [id, `value of ${id}`]));
const expected = new Map(Object.entries(rows));

/** Round trips and loads of one read: on its path, and including what follows it in the background. */
async function measure(gateway: Gateway, loads: () => number, read: () => Promise<unknown>) {
  const trips = () => total(gateway.metrics.redisRoundTrips);
  const [tripsBefore, loadsBefore] = [await trips(), loads()];
  await read();
  await gateway.cache.idle();
  return { trips: (await trips()) - tripsBefore, loads: loads() - loadsBefore };
}

describe('reading 50 keys', () => {
  it('costs MGET, LEASE and FILL with one load when cold, one MGET when warm, nothing from L1', async () => {
    const gateway = await start();
    const table = createTable(rows);
    const read = async () => {
      expect(await gateway.cache.getMany(policy, fifty, table.source)).toEqual(expected);
    };
    const loads = () => table.loads.length;
    await gateway.cache.getMany(textPolicy({ name: 'first' }), ['x'], table.source); // The server learns the scripts.
    await gateway.cache.idle();

    expect(await measure(gateway, loads, read)).toEqual({ trips: 3, loads: 1 });
    expect(await measure(gateway, loads, read)).toEqual({ trips: 1, loads: 0 });
    expect(await measure(gateway, loads, read)).toEqual({ trips: 0, loads: 0 });
    expect(await total(gateway.metrics.cacheReads, { policy: 'texts', tier: 'l1' })).toBe(50);
  });

  it('loads only those that are cached nowhere, each once', async () => {
    const gateway = await start();
    const table = createTable(rows);
    await gateway.cache.getMany(policy, fifty.slice(0, 20), table.source);
    await gateway.cache.idle();
    await gateway.cache.getMany(policy, [...fifty, ...fifty], table.source);
    expect(table.loads.map(({ keys }) => keys.length)).toEqual([20, 30]);
  });

  it('never uses L1 for a policy that is strict or kept in Redis only', async () => {
    for (const strictOrShared of [textPolicy({ strict: true }), textPolicy({ tiers: 'redis' })]) {
      const gateway = await start();
      const table = createTable(rows);
      const read = () => gateway.cache.getMany(strictOrShared, fifty, table.source);
      await read();
      await gateway.cache.idle();
      await read();
      expect(await measure(gateway, () => table.loads.length, read)).toEqual({ trips: 1, loads: 0 });
      expect(gateway.cache.status().l1Entries).toBe(0);
    }
  });
});

describe('concurrent readers', () => {
  it('100 over two gateways make one load', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable(rows);
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const readers = Array.from({ length: 100 }, (_, index) =>
      (index % 2 === 0 ? one : other).cache.getMany(policy, ['row-1'], table.source),
    );
    await gate.reached;
    gate.open();
    for (const found of await Promise.all(readers)) expect(found.get('row-1')).toBe('value of row-1');
    expect(table.loads).toHaveLength(1);
    // The second gateway asked once per pause, not once per reader.
    expect(await total(other.metrics.redisRoundTrips)).toBeLessThan(12);
  });

  it('of a strict policy do not share reads in the process, yet make one load', async () => {
    const gateway = await start();
    const table = createTable(rows);
    const strict = textPolicy({ strict: true });
    const reads = Array.from({ length: 20 }, () => gateway.cache.getMany(strict, ['row-1'], table.source));
    for (const found of await Promise.all(reads)) expect(found.get('row-1')).toBe('value of row-1');
    expect(table.loads).toHaveLength(1);
    expect(table.loads[0]?.from).toBe('primary');
    expect(await total(gateway.metrics.cacheReads, { tier: 'flight' })).toBe(0);
  });

  it('wait for a holder that died only until its lease ends; then one of them loads', async () => {
    const app = uniqueApp();
    // Long, so that on a busy machine, too, the new holder is done before its own lease ends.
    const settings = { leaseMs: 1_500 };
    let isDead = false;
    const mortal = (redis: Redis): Redis => ({
      ...redis,
      batch: (commands) => (isDead ? Promise.reject(new Error('dead')) : redis.batch(commands)),
    });
    const [dying, one, other] = [
      await start({ app, settings, around: mortal }),
      await start({ app, settings }),
      await start({ app, settings }),
    ];
    const table = createTable(rows);
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const stuck = dying.cache.getMany(policy, ['row-1'], table.source);
    await gate.reached;
    isDead = true;
    await Promise.all([one, other].map(({ cache }) => cache.getMany(policy, ['row-1'], table.source)));
    gate.open();
    await stuck;
    expect(table.loads).toHaveLength(2);
  });

  it('wait for a holder that lives, however slow its source is', async () => {
    const app = uniqueApp();
    const leaseMs = 1_500;
    const [holder, reader] = [
      await start({ app, settings: { leaseMs } }),
      await start({ app, settings: { leaseMs: 60_000 } }),
    ];
    const table = createTable(rows);
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const held = holder.cache.getMany(policy, ['row-1'], table.source);
    await gate.reached;
    const waiting = reader.cache.getMany(policy, ['row-1'], table.source);
    await systemClock.sleep(1.5 * leaseMs);
    gate.open();
    for (const found of [await held, await waiting]) expect(found.get('row-1')).toBe('value of row-1');
    expect(table.loads).toHaveLength(1);
  });

  it('do not load under a lease whose grant they come to read when it has ended', async () => {
    const app = uniqueApp();
    const answered = createGate();
    let leases = 0;
    const busy = (redis: Redis): Redis => ({
      ...redis,
      async batch(commands) {
        const replies = await redis.batch(commands);
        if (commands[0]?.[0] === scripts.lease && ++leases === 1) await answered.pass();
        return replies;
      },
    });
    const late = await start({ app, settings: { leaseMs: 500 }, around: busy });
    const other = await start({ app, settings: { leaseMs: 4_000 } });
    const table = createTable(rows);
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const lateRead = late.cache.getMany(policy, ['row-1'], table.source);
    await answered.reached;
    const otherRead = other.cache.getMany(policy, ['row-1'], table.source);
    await gate.reached;
    answered.open();
    await expect
      .poll(() => total(late.metrics.cacheReads, { outcome: 'busy' }), { timeout: 10_000 })
      .toBeGreaterThan(0);
    gate.open();
    for (const found of [await lateRead, await otherRead]) expect(found.get('row-1')).toBe('value of row-1');
    expect(table.loads).toHaveLength(1);
  });

  it('read the source themselves when the key stays busy, and fill nothing', async () => {
    const app = uniqueApp();
    const [holder, reader] = [await start({ app }), await start({ app, settings: { leaseMs: 300 } })];
    const table = createTable(rows);
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const held = holder.cache.getMany(policy, ['row-1'], table.source);
    await gate.reached;
    const found = await reader.cache.getMany(policy, ['row-1'], table.source);
    expect(found.get('row-1')).toBe('value of row-1');
    expect(await total(reader.metrics.cacheReads, { tier: 'source', outcome: 'uncached' })).toBe(1);
    expect(await total(reader.metrics.cacheFills)).toBe(0);
    gate.open();
    await held;
  });
});

describe('a load that fails', () => {
  it('rejects all its readers, caches nothing and releases the leases', async () => {
    const gateway = await start();
    const table = createTable(rows);
    const broken = { load: () => Promise.reject(new Error('no database')) };
    const readers = [1, 2, 3].map(() => gateway.cache.getMany(policy, ['row-1', 'row-2'], broken));
    for (const reader of readers) await expect(reader).rejects.toThrow('no database');
    await gateway.cache.idle();

    const startedAt = performance.now();
    await gateway.cache.getMany(policy, ['row-1', 'row-2'], table.source);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
    expect(table.loads).toHaveLength(1);
  });
});

describe('a key without a row', () => {
  it('is remembered as absent for as long as the policy says', async () => {
    const gateway = await start();
    const table = createTable();
    const read = () => gateway.cache.getMany(policy, ['none'], table.source);
    expect(await read()).toEqual(new Map([['none', undefined]]));
    await gateway.cache.idle();
    for (let reads = 0; reads < 2; reads++) expect(await read()).toEqual(new Map([['none', undefined]]));
    expect(table.loads).toHaveLength(1);
  });

  it('is found once it was inserted and invalidated', async () => {
    const gateway = await start();
    const table = createTable();
    const read = () => gateway.cache.getMany(policy, ['new'], table.source);
    for (let reads = 0; reads < 3; reads++) {
      await read();
      await gateway.cache.idle();
    }
    await gateway.cache.invalidate([{ policy, id: 'new' }], table.write('new', 'here'));
    expect((await read()).get('new')).toBe('here');
  });

  it('is not remembered where the policy gives it no time', async () => {
    const gateway = await start();
    const table = createTable();
    for (let reads = 0; reads < 3; reads++) {
      await gateway.cache.getMany(textPolicy({ missingForMs: 0 }), ['none'], table.source);
      await gateway.cache.idle();
    }
    expect(table.loads).toHaveLength(3);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
  });
});

describe('a read that asks for more', () => {
  it('skipL1 neither uses copies nor joins a read under way', async () => {
    const gateway = await start();
    const table = createTable(rows);
    for (let reads = 0; reads < 2; reads++) {
      await gateway.cache.getMany(policy, ['row-1'], table.source);
      await gateway.cache.idle();
    }
    expect(gateway.cache.status().l1Entries).toBe(1);
    const read = () => gateway.cache.getMany(policy, ['row-1'], table.source, { skipL1: true });
    expect(await measure(gateway, () => table.loads.length, read)).toEqual({ trips: 1, loads: 0 });
  });

  it('uncached goes to the primary and leaves no trace', async () => {
    const gateway = await start();
    const table = createTable(rows);
    const read = () => gateway.cache.getMany(policy, ['row-1', 'none'], table.source, { uncached: true });
    expect(await measure(gateway, () => table.loads.length, read)).toEqual({ trips: 0, loads: 1 });
    expect(table.loads[0]).toMatchObject({ from: 'primary', need: { primary: true, atLeast: zeroLsn } });
    expect(await read()).toEqual(
      new Map([
        ['row-1', 'value of row-1'],
        ['none', undefined],
      ]),
    );
  });
});
