import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../clock/clock.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createRedis, type Redis } from '../../redis/redis.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { randomAppName } from '../../testing/gateway.ts';
import { createSharedCounts } from './counts.ts';
import { createLocalCounts } from './local-counts.ts';

let redis: Redis;
beforeAll(async () => {
  const log = createLog({ level: 'silent' });
  redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'state', clock: systemClock, metrics: createMetrics(), log },
    settings: { deadlineMs: 5_000 },
  });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());

const kinds = {
  shared: (windowMs: number) => createSharedCounts({ redis, app: randomAppName(), windowMs }),
  local: (windowMs: number) => createLocalCounts({ clock: systemClock, windowMs, maxKeys: 10 }),
};

describe.each(['shared', 'local'] as const)('%s counts', (kind) => {
  it('take what is allowed in whole, and nothing of what is too much', async () => {
    const counts = kinds[kind](60_000);
    expect(await counts.spend('a', 60, 100)).toMatchObject({ isSpent: true, used: 60 });
    expect(await counts.spend('a', 41, 100)).toMatchObject({ isSpent: false, used: 60 });
    expect(await counts.spend('a', 40, 100)).toMatchObject({ isSpent: true, used: 100 });
    expect(await counts.spend('a', 1)).toMatchObject({ isSpent: true, used: 101 });
    expect(await counts.spend('b', 1, 100)).toMatchObject({ isSpent: true, used: 1 });
  });

  it('have a window that begins with the first point, and is not moved by the next', async () => {
    const counts = kinds[kind](60_000);
    const first = await counts.spend('a', 1);
    const next = await counts.spend('a', 1);
    expect(next.endsAt).toBe(first.endsAt);
    expect(Math.abs(first.endsAt - Date.now() - 60_000)).toBeLessThan(10_000);
    expect(first.leftMs).toBeGreaterThan(50_000);
    expect(first.leftMs).toBeLessThanOrEqual(60_000);
  });

  it('give back in the window in which it was taken', async () => {
    const counts = kinds[kind](60_000);
    const { endsAt } = await counts.spend('a', 50, 100);
    await counts.refund('a', 20, endsAt);
    expect(await counts.spend('a', 70, 100)).toMatchObject({ isSpent: true, used: 100 });
  });

  it('give nothing back when that window is over', async () => {
    const counts = kinds[kind](60_000);
    const { endsAt } = await counts.spend('a', 50, 100);
    await counts.refund('a', 20, endsAt - 60_000);
    await counts.refund('b', 20, endsAt);
    expect((await counts.spend('a', 1)).used).toBe(51);
    expect((await counts.spend('b', 1)).used).toBe(1);
  });
});

it('a shared window ends by itself', async () => {
  const counts = kinds.shared(30);
  await counts.spend('a', 100, 100);
  await expect
    .poll(() => counts.spend('a', 100, 100), { timeout: 10_000, interval: 5 })
    .toMatchObject({ isSpent: true, used: 100 });
});

it('a local window ends by itself, and what is remembered is bounded', async () => {
  const clock = createFakeClock();
  const counts = createLocalCounts({ clock, windowMs: 60_000, maxKeys: 2 });
  await counts.spend('a', 100, 100);
  await clock.advance(59_999);
  expect((await counts.spend('a', 1, 100)).isSpent).toBe(false);
  await clock.advance(1);
  expect(await counts.spend('a', 1, 100)).toMatchObject({ isSpent: true, used: 1, leftMs: 60_000 });
  for (const key of ['b', 'c']) await counts.spend(key, 1);
  expect((await counts.spend('a', 1)).used).toBe(1);
});

it('of many askers in one turn are counted one by one, and each learns its own', async () => {
  const counts = kinds.shared(60_000);
  await counts.spend('b', 7);
  const all = await Promise.all([
    counts.spend('a', 1),
    counts.spend('b', 1),
    counts.spend('a', 2),
    counts.spend('c', 9, 8),
  ]);
  expect(all.map(({ key, isSpent, used }) => [key, isSpent, used])).toEqual([
    ['a', true, 1],
    ['b', true, 8],
    ['a', true, 3],
    ['c', false, 0],
  ]);
});
