import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Protections } from './settings.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis' });
const everything: Protections = { lease: true, fence: true, strict: true };

/** Plain GET, SET and DEL. */
const nothing: Protections = { lease: false, fence: false, strict: false };
const leaseOnly: Protections = { lease: true, fence: false, strict: false };

/**
 * 1. A reader misses and takes its snapshot: the old row.
 * 2. A writer on another gateway commits and invalidates.
 * 3. The reader stores what it has.
 * 4. Somebody reads.
 */
async function staleSet(protections: Protections): Promise<string | undefined> {
  const app = uniqueApp();
  const [reading, writing] = [await start({ app, protections }), await start({ app, protections })];
  const table = createTable({ row: 'old' });
  const gate = createGate();
  table.onSnapshot(() => gate.pass());

  const slow = reading.cache.getMany(policy, ['row'], table.source);
  await gate.reached;
  const lsn = table.write('row', 'new');
  table.replicate();
  expect(await writing.cache.invalidate([{ policy, id: 'row' }], lsn)).toBe(true);
  gate.open();
  expect((await slow).get('row')).toBe('old'); // It began before the commit: that is its right.
  await reading.cache.idle();
  return (await writing.cache.getMany(policy, ['row'], table.source)).get('row');
}

/**
 * 1. A writer commits and invalidates; the replica has not replayed the commit.
 * 2. A reader misses, reads the replica and stores.
 * 3. The replica catches up.
 * 4. Somebody reads.
 */
async function laggingReplica(protections: Protections): Promise<string | undefined> {
  const app = uniqueApp();
  const [reading, writing] = [await start({ app, protections }), await start({ app, protections })];
  const table = createTable({ row: 'old' });

  expect(await writing.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'))).toBe(true);
  await reading.cache.getMany(policy, ['row'], table.source);
  await reading.cache.idle();
  table.replicate();
  return (await writing.cache.getMany(policy, ['row'], table.source)).get('row');
}

describe('a reader that stores what it read before the commit', () => {
  it('is refused', async () => {
    expect(await staleSet(everything)).toBe('new');
  });
  it('is refused by the lease alone', async () => {
    expect(await staleSet(leaseOnly)).toBe('new');
  });
  it('leaves the old row behind without the protection', async () => {
    expect(await staleSet(nothing)).toBe('old');
  });
});

describe('a refill from a replica that lags', () => {
  it('does not happen: the fence sends the read to the primary', async () => {
    expect(await laggingReplica(everything)).toBe('new');
  });
  it('leaves the old row behind without the fence', async () => {
    expect(await laggingReplica(leaseOnly)).toBe('old');
  });
});

describe('a reader that comes after the invalidation', () => {
  it('does not join a read that began before it, on the same gateway', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const early = gateway.cache.getMany(policy, ['row'], table.source);
    await gate.reached;
    await gateway.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    expect((await gateway.cache.getMany(policy, ['row'], table.source)).get('row')).toBe('new');
    gate.open();
    expect((await early).get('row')).toBe('old');
  });

  it('joins it when there was no invalidation: the control', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const early = gateway.cache.getMany(policy, ['row'], table.source);
    await gate.reached;
    table.write('row', 'new');
    const late = gateway.cache.getMany(policy, ['row'], table.source);
    gate.open();
    expect((await late).get('row')).toBe('old');
    await early;
    expect(table.loads).toHaveLength(1);
  });

  it('with skipL1 does not join one either, whatever the bus has delivered', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const early = gateway.cache.getMany(policy, ['row'], table.source);
    await gate.reached;
    const late = gateway.cache.getMany(policy, ['row'], table.source, { skipL1: true });
    gate.open();
    expect((await late).get('row')).toBe('old');
    await early;
    expect(await total(gateway.metrics.cacheReads, { tier: 'flight' })).toBe(0);
  });

  it('of a strict policy reads the primary and sees it', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    const strict = textPolicy({ strict: true });
    await gateway.cache.invalidate([{ policy: strict, id: 'row' }], table.write('row', 'new'));
    expect((await gateway.cache.getMany(strict, ['row'], table.source)).get('row')).toBe('new');
    expect(table.loads.map(({ from }) => from)).toEqual(['primary']);
  });
});
