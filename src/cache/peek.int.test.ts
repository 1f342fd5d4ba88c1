import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock, type Clock } from '../clock/clock.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ l1ForMs: 60_000 });
const peek = ({ cache }: Gateway, which = policy) => cache.peek(which, 'row');
const read = async ({ cache }: Gateway, table: Table, which = policy) =>
  (await cache.getMany(which, ['row'], table.source)).get('row');

/** The first read fills Redis, the second makes the copy. */
async function warm(gateway: Gateway, table: Table, which = policy): Promise<void> {
  for (let reads = 0; reads < 2; reads++) {
    await read(gateway, table, which);
    await gateway.cache.idle();
  }
}

describe('a peek', () => {
  it('finds what this process has a copy of, without a round trip, and counts as a hit', async () => {
    const gateway = await start();
    await warm(gateway, createTable({ row: 'value' }));
    const before = await total(gateway.metrics.redisRoundTrips);
    expect(peek(gateway)).toMatchObject({ value: 'value' });
    expect(await total(gateway.metrics.cacheReads, { policy: 'texts', tier: 'l1', outcome: 'hit' })).toBe(1);
    expect(await total(gateway.metrics.redisRoundTrips)).toBe(before);
  });

  it('finds that there is no such row', async () => {
    const gateway = await start();
    await warm(gateway, createTable());
    expect(peek(gateway)).toHaveProperty('value', undefined);
  });

  it('finds nothing where nothing was read yet, and counts nothing', async () => {
    const gateway = await start();
    expect(peek(gateway)).toBeUndefined();
    expect(await total(gateway.metrics.cacheReads)).toBe(0);
  });

  it.each([
    ['strict', textPolicy({ strict: true, tiers: 'redis' })],
    ['kept in Redis only', textPolicy({ tiers: 'redis' })],
  ])('finds nothing of what is %s', async (_, which) => {
    const gateway = await start();
    await warm(gateway, createTable({ row: 'value' }), which);
    expect(peek(gateway, which)).toBeUndefined();
  });

  it('finds nothing any more after a write: here at once, elsewhere within the time of a message', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ row: 'old' });
    await warm(one, table);
    await warm(other, table);
    await one.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    expect(peek(one)).toBeUndefined();
    await vi.waitFor(() => expect(peek(other)).toBeUndefined(), { timeout: 2_000, interval: 1 });
  });

  it('finds nothing while the bus is silent', async () => {
    const gateway = await start();
    await warm(gateway, createTable({ row: 'value' }));
    gateway.subscriber.reconnect();
    await vi.waitFor(() => expect(gateway.cache.status().bus).toBe('silent'), { interval: 1 });
    expect(peek(gateway)).toBeUndefined();
  });
});

it('what is only ever peeked at, is answered past its freshness and refreshed behind that', async () => {
  let skippedMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + skippedMs,
    monotonic: () => systemClock.monotonic() + skippedMs,
  };
  const gateway = await start({ clock, settings: { heartbeatMs: 600_000 } });
  const hot = textPolicy({ freshForMs: 60_000, staleForMs: 60_000, l1ForMs: 600_000 });
  const table = createTable({ row: 'old' });
  await warm(gateway, table, hot);
  const gate = createGate();
  table.onSnapshot(() => gate.pass());
  table.write('row', 'new');
  table.replicate();
  expect(peek(gateway, hot)).toMatchObject({ value: 'old' });

  // Freshness varies by a tenth.
  skippedMs = 70_000;
  expect(peek(gateway, hot)).toBeUndefined();
  expect(await read(gateway, table, hot)).toBe('old');
  await gate.reached;
  expect(await read(gateway, table, hot)).toBe('old');
  gate.open();
  await gateway.cache.idle();
  expect(await read(gateway, table, hot)).toBe('new');
  expect(peek(gateway, hot)).toMatchObject({ value: 'new' });
});
