import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { LoadNeed, Source } from './source.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis' });

/** A source that waits at the gate and, like a database, ends when it is told to. */
function createSlowSource() {
  const gate = createGate();
  const needs: LoadNeed[] = [];
  const source: Source<string, string> = {
    async load(keys, need) {
      needs.push(need);
      await Promise.race([
        gate.pass(),
        new Promise((_, reject) =>
          need.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
      ]);
      return { values: new Map(keys.map((key) => [key, `value of ${key}`])), replayed: undefined };
    },
  };
  return { gate, needs, source };
}

function createReader({ cache }: Gateway, source: Source<string, string>, keys: readonly string[]) {
  const controller = new AbortController();
  const answer = cache.getMany(policy, keys, source, { signal: controller.signal });
  answer.catch(() => undefined);
  return { answer, signal: controller.signal, leave: () => controller.abort(new Error('client gone')) };
}

describe('a load that several wait for', () => {
  it('goes on for the one who stays, while the one who left is rejected at once', async () => {
    const gateway = await start();
    const { gate, needs, source } = createSlowSource();
    const [one, other] = [createReader(gateway, source, ['a']), createReader(gateway, source, ['a'])];
    await gate.reached;
    one.leave();
    await expect(one.answer).rejects.toThrow('client gone');
    expect(needs[0]?.signal?.aborted).toBe(false);
    gate.open();
    expect(await other.answer).toEqual(new Map([['a', 'value of a']]));
    expect(needs).toHaveLength(1);
  });

  it('is aborted when the last has left, and its leases are free at once', async () => {
    const app = uniqueApp();
    // So long that the test would fail by time if the lease were waited for.
    const settings = { leaseMs: 60_000 };
    const [gateway, elsewhere] = [await start({ app, settings }), await start({ app, settings })];
    const { gate, needs, source } = createSlowSource();
    const [one, other] = [createReader(gateway, source, ['a']), createReader(gateway, source, ['a', 'b'])];
    await gate.reached;
    await expect.poll(() => needs.length, { timeout: 10_000 }).toBe(2);
    one.leave();
    expect(needs.map(({ signal }) => signal?.aborted)).toEqual([false, false]);
    other.leave();
    expect(needs.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    await expect(other.answer).rejects.toThrow('client gone');
    await gateway.cache.idle();

    const table = createTable({ a: 'A', b: 'B' });
    expect(await elsewhere.cache.getMany(policy, ['a', 'b'], table.source)).toEqual(
      new Map([
        ['a', 'A'],
        ['b', 'B'],
      ]),
    );
    expect(await total(elsewhere.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'abandoned' })).toBe(2);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'failed' })).toBe(0);
  });

  it('goes on while any of its keys is waited for; the abandoned key is read anew by whoever comes', async () => {
    const gateway = await start({ settings: { leaseMs: 60_000 } });
    const { gate, needs, source } = createSlowSource();
    const both = createReader(gateway, source, ['a', 'b']);
    await gate.reached;
    const stays = createReader(gateway, source, ['b']);
    both.leave();
    expect(needs[0]?.signal?.aborted).toBe(false);
    const late = createReader(gateway, source, ['a']);
    gate.open();
    expect(await stays.answer).toEqual(new Map([['b', 'value of b']]));
    expect(await late.answer).toEqual(new Map([['a', 'value of a']]));
  });

  it('is never aborted where one of them did not say how to tell that he left', async () => {
    const gateway = await start();
    const { gate, needs, source } = createSlowSource();
    const one = createReader(gateway, source, ['a']);
    const steady = gateway.cache.getMany(policy, ['a'], source);
    await gate.reached;
    one.leave();
    expect(needs[0]?.signal?.aborted).toBe(false);
    gate.open();
    expect(await steady).toEqual(new Map([['a', 'value of a']]));
  });
});

it('a source that does not listen is not waited for, and what it brings late is not stored', async () => {
  const gateway = await start();
  const table = createTable({ a: 'A' });
  const gate = createGate();
  table.onSnapshot(() => gate.pass());
  const reader = createReader(gateway, table.source, ['a']);
  await gate.reached;
  reader.leave();
  await expect(reader.answer).rejects.toThrow('client gone');
  await gateway.cache.idle();
  gate.open();
  await gateway.cache.idle();
  expect(await total(gateway.metrics.cacheFills, { outcome: 'stored' })).toBe(0);
});

it('a reader who has left already is not served', async () => {
  const gateway = await start();
  const table = createTable({ a: 'A' });
  const reading = gateway.cache.getMany(policy, ['a'], table.source, { signal: AbortSignal.abort() });
  await expect(reading).rejects.toThrow('abort');
  expect(table.loads).toHaveLength(0);
});

it('a signal that outlives many reads keeps no listener of them', async () => {
  const gateway = await start();
  const table = createTable({ a: 'A' });
  const { signal } = new AbortController();
  const failing: Source<string, string> = { load: () => Promise.reject(new Error('no database')) };
  for (let reads = 0; reads < 20; reads++) {
    await gateway.cache.getMany(policy, ['a'], table.source, { signal });
    await gateway.cache.getMany(policy, ['b'], failing, { signal }).catch(() => undefined);
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
