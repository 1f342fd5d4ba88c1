import { afterEach, describe, expect, inject, it } from 'vitest';
import type { CachePolicy } from './policy.ts';
import { endFreshness } from './testing/expired.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis', staleIfErrorMs: 60_000 });
const down = () => Promise.reject(new Error('no database'));

async function read({ cache }: Gateway, table: Table, which: CachePolicy<string, string> = policy) {
  return (await cache.getMany(which, ['row'], table.source)).get('row');
}

/** Gateways of one app, and a value past its freshness and its grace that they have in Redis. */
async function createExpired(which = policy) {
  const app = uniqueApp();
  const [one, other] = [await start({ app }), await start({ app })];
  const table = createTable({ row: 'old' });
  await read(one, table, which);
  await one.cache.idle();
  await endFreshness(one, 1_000);
  return { one, other, table };
}

describe('an expired value, where the source fails', () => {
  it('answers on every gateway, again and again, and the source is left in peace meanwhile', async () => {
    const { one, other, table } = await createExpired();
    table.onSnapshot(down);
    for (let reads = 0; reads < 3; reads++)
      for (const gateway of [one, other]) {
        expect(await read(gateway, table)).toBe('old');
        await gateway.cache.idle();
      }
    expect(table.loads).toHaveLength(2);
    expect(await total(one.metrics.cacheReads, { outcome: 'stale_error' })).toBe(3);
    expect(await total(other.metrics.cacheReads, { outcome: 'stale_error' })).toBe(3);
  });

  it('does not answer where the policy does not say so: the error is seen', async () => {
    const { one, table } = await createExpired(textPolicy({ tiers: 'redis' }));
    table.onSnapshot(down);
    await expect(read(one, table, textPolicy({ tiers: 'redis' }))).rejects.toThrow('no database');
  });

  it('does not answer when it is older than that', async () => {
    const { one, table } = await createExpired();
    await endFreshness(one, 61_000);
    table.onSnapshot(down);
    await expect(read(one, table)).rejects.toThrow('no database');
  });

  it('does not answer once it was invalidated', async () => {
    const { one, other, table } = await createExpired();
    table.onSnapshot(down);
    expect(await read(one, table)).toBe('old');
    await one.cache.idle();
    await other.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    await expect(read(one, table)).rejects.toThrow('no database');
  });

  it('does not answer a reader who waited for the refresh while it was invalidated', async () => {
    const { one, other, table } = await createExpired();
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 2 ? gate.pass().then(down) : down()));
    const first = read(one, table);
    await gate.reached;
    const waiting = read(other, table);
    waiting.catch(() => undefined);
    const busy = () => total(other.metrics.cacheReads, { outcome: 'busy' });
    await expect.poll(busy, { timeout: 10_000 }).toBeGreaterThan(0);
    await one.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    await expect(waiting).rejects.toThrow('no database');
    gate.open();
    // Begun before the write: that is its right.
    expect(await first).toBe('old');
  });
});

describe('an expired value, where the source answers', () => {
  it('is replaced, and those who lost the claim wait for the new one', async () => {
    const { one, other, table } = await createExpired();
    table.write('row', 'new');
    table.replicate();
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const readers = [read(one, table), read(other, table)];
    await gate.reached;
    const busy = async () =>
      (await total(one.metrics.cacheReads, { outcome: 'busy' })) +
      (await total(other.metrics.cacheReads, { outcome: 'busy' }));
    await expect.poll(busy, { timeout: 10_000 }).toBeGreaterThan(0);
    gate.open();
    expect(await Promise.all(readers)).toEqual(['new', 'new']);
    expect(table.loads).toHaveLength(2);
  });
});
