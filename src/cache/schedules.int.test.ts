import { afterEach, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { seededRandom } from '../clock/random.ts';
import type { ReadOptions } from './cache.ts';
import type { CachePolicy } from './policy.ts';
import type { Protections } from './settings.ts';
import { createGateways, textPolicy, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const schedules = 600;
const atOnce = 60;
const plain = textPolicy({ tiers: 'redis' });
/** Fresh for a moment, so that nearly every read serves what there is and refreshes it. */
const graceful = textPolicy({ tiers: 'redis', freshForMs: 1, staleForMs: 60_000 });

type Pair = readonly [Gateway, Gateway];

/**
 * One key, two writes and seven reads over two gateways, a source that takes its time and a replica that follows late, at
 * random moments of some milliseconds. Then everything comes to rest: is what the cache holds the last row?
 *
 * A busy machine stretches some of those milliseconds and not others. So, whatever the clock says, some writes happen while a
 * load holds its snapshot, one read follows each write, and sometimes the replica follows behind that.
 */
async function runSchedule(
  key: string,
  [one, other]: Pair,
  random: () => number,
  policy: CachePolicy<string, string>,
): Promise<boolean> {
  const table = createTable({ [key]: 'row 0' });
  const some = () => (random() < 0.5 ? one : other);
  const later = async (ms: number, act: () => unknown) => {
    await systemClock.sleep(random() * ms);
    await act();
  };
  const read = (options?: ReadOptions) => some().cache.getMany(policy, [key], table.source, options);
  const write = async (value: string) => {
    const lsn = table.write(key, value);
    const isSlow = random() < 0.5;
    const replicated = isSlow ? undefined : later(24, () => table.replicate());
    await some().cache.invalidate([{ policy, id: key }], lsn);
    // Joins nothing: the load that waits for this write would wait for itself.
    await read({ skipL1: true });
    if (isSlow) table.replicate();
    await replicated;
  };
  const due = ['row 1', 'row 2'];
  const isLastLate = random() < 0.5;
  const writeNext = async () => {
    const value = due.shift();
    if (value !== undefined) await write(value);
  };
  table.onSnapshot(() => (random() < 0.3 ? writeNext() : systemClock.sleep(random() * 6)));
  const writes = due.slice(isLastLate ? 1 : 0).map(() => later(12, writeNext));
  await Promise.all([...writes, ...[1, 2, 3, 4].map(() => later(24, () => read()))]);
  // The other write meets the last load, if there is one: nothing comes behind it that could repair what it leaves.
  table.onSnapshot(writeNext);
  await read();
  for (const { cache } of [one, other]) await cache.idle();
  await writeNext();
  table.replicate();
  for (const { cache } of [one, other]) await cache.idle();

  const cached = (await read()).get(key);
  const row = (await some().cache.getMany(policy, [key], table.source, { uncached: true })).get(key);
  return cached !== row;
}

/** The part of the schedules after which the cache holds an old row. */
async function staleShare(protections: Protections, policy = plain): Promise<number> {
  const app = uniqueApp();
  const pair: Pair = [await start({ app, protections }), await start({ app, protections })];
  const random = seededRandom(20_261);
  let stale = 0;
  for (let done = 0; done < schedules; done += atOnce) {
    const keys = Array.from({ length: atOnce }, (_, index) => `key-${done + index}`);
    const results = await Promise.all(keys.map((key) => runSchedule(key, pair, random, policy)));
    stale += results.filter(Boolean).length;
  }
  return stale / schedules;
}

it('no schedule leaves an old row in the cache', async () => {
  expect(await staleShare({ lease: true, fence: true, strict: true })).toBe(0);
});

it('leases without fences leave some: the control for the replica race', async () => {
  expect(await staleShare({ lease: true, fence: false, strict: false })).toBeGreaterThan(0.1);
});

it('plain GET, SET and DEL leave many: the control for the stale set', async () => {
  expect(await staleShare({ lease: false, fence: false, strict: false })).toBeGreaterThan(0.1);
});

it('no schedule leaves an old row behind where every read serves it stale and refreshes it', async () => {
  expect(await staleShare({ lease: true, fence: true, strict: true }, graceful)).toBe(0);
});

it('refreshes by plain SET leave many: the control for the claim', async () => {
  expect(await staleShare({ lease: false, fence: true, strict: true }, graceful)).toBeGreaterThan(0.1);
});
