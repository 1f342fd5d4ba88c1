import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { systemClock } from '../../clock/clock.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createRedis, type Redis } from '../../redis/redis.ts';
import { randomAppName } from '../../testing/gateway.ts';
import { createSharedCounts } from './counts.ts';
import { createRateLimit, type Asker, type AskerKind, type RateLimit } from './rate-limit.ts';

const log = createLog({ level: 'silent' });
const connect = (url: string) =>
  createRedis({
    ...{ url, role: 'state', clock: systemClock, metrics: createMetrics(), log },
    settings: { deadlineMs: 5_000 },
  });
let redis: Redis;
let nowhere: Redis;
beforeAll(async () => {
  redis = connect(inject('redisUrl'));
  nowhere = connect('redis://127.0.0.1:1');
  await redis.untilUp(5_000);
});
afterAll(() => Promise.all([redis.close(), nowhere.close()]));

interface Options {
  readonly app?: string;
  readonly through?: Redis;
  readonly client?: number;
}

/** One gateway's. */
function open({ app = randomAppName(), through = redis, client = 20 }: Options = {}) {
  const metrics = createMetrics();
  const needs = { redis: through, app, clock: systemClock, metrics, log };
  return { metrics, limit: createRateLimit({ ...needs, limits: { client, service: 50 } }) };
}

const ann: Asker = { userId: '1' };

/** Whether a request of one point passes. */
async function passes(limit: RateLimit, asker = ann, kind: AskerKind = 'client'): Promise<boolean> {
  const entry = await limit.enter(asker);
  try {
    limit.admit(entry, kind);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'RATE_LIMITED', standing: { remaining: 0 } });
    return false;
  }
}

/** How many of so many requests through each of the gateways, all at once. */
async function passed(limits: readonly RateLimit[], each: number, asker?: Asker, kind?: AskerKind) {
  const asked = limits.flatMap((limit) => Array.from({ length: each }, () => passes(limit, asker, kind)));
  return (await Promise.all(asked)).filter(Boolean).length;
}

async function admitted(limit: RateLimit, cost: number) {
  const budget = limit.admit(await limit.enter(ann), 'client');
  budget.price(cost);
  return { budget, isCharged: await budget.charge() };
}

it('lets exactly the limit through over four gateways, for each asker; each for itself, four times as much', async () => {
  const app = randomAppName();
  const together = Array.from({ length: 4 }, () => open({ app }).limit);
  expect(await passed(together, 30)).toBe(20);
  expect(await passed(together, 1, { userId: '2' })).toBe(4);
  const apart = Array.from({ length: 4 }, () => open().limit);
  expect(await passed(apart, 30)).toBe(80);
});

it('lets services take more', async () => {
  expect(await passed([open().limit], 80, ann, 'service')).toBe(50);
});

it('takes an IPv6 network for one asker, IPv4 addresses for one each', async () => {
  const { limit } = open();
  const spread = Array.from({ length: 30 }, (_, index) => ({
    address: `2001:db8:1:2:${index.toString(16)}::1`,
  }));
  const results = await Promise.all(spread.map((asker) => passes(limit, asker)));
  expect(results.filter(Boolean)).toHaveLength(20);
  expect(await passes(limit, { address: '2001:db8:1:3::1' })).toBe(true);
  expect(await passed([limit], 20, { address: '203.0.113.1' })).toBe(20);
  expect(await passed([limit], 20, { address: '203.0.113.2' })).toBe(20);
});

it('keeps users and addresses apart', async () => {
  const { limit } = open({ client: 1 });
  expect(await passes(limit, { userId: '203.0.113.1' })).toBe(true);
  expect(await passes(limit, { address: '203.0.113.1' })).toBe(true);
});

it('takes the price of an operation in whole or not at all, and one point for the attempt', async () => {
  const { limit } = open();
  const first = await admitted(limit, 15);
  expect(first.isCharged).toBe(true);
  expect(first.budget.standing()).toMatchObject({ limit: 20, remaining: 5 });
  const second = await admitted(limit, 6);
  expect(second.isCharged).toBe(false);
  expect([second.budget.cost(), second.budget.taken()]).toEqual([6, 1]);
  expect(second.budget.standing()?.remaining).toBe(4);
  expect((await admitted(limit, 4)).budget.standing()?.remaining).toBe(0);
  expect(await passes(limit)).toBe(false);
});

it('gives back what was not needed, but for the one point that every request costs', async () => {
  const { limit } = open();
  const { budget } = await admitted(limit, 15);
  budget.settle(3);
  expect([budget.taken(), budget.standing()?.remaining]).toEqual([3, 17]);
  const next = await admitted(limit, 17);
  expect(next.isCharged).toBe(true);
  next.budget.settle(0);
  expect((await admitted(limit, 16)).isCharged).toBe(true);
  expect(await passes(limit)).toBe(false);
});

it('has each operation of a batch pay for itself, with the point of the request for the first', async () => {
  const { limit } = open();
  const budget = limit.admit(await limit.enter(ann), 'client');
  const all = [budget.next(), budget.next(), budget.next()];
  all.forEach((each, index) => each.price([5, 6, 10][index] ?? 0));
  expect(await Promise.all(all.map((each) => each.charge()))).toEqual([true, true, false]);
  expect((await limit.enter(ann))?.used).toBe(12);
});

it('without Redis counts in each process: nobody is refused too early, and no one passes more than the limit', async () => {
  const { limit, metrics } = open({ through: nowhere });
  expect(await passed([limit], 20)).toBe(20);
  expect(await passed([limit], 20)).toBe(0);
  expect((await metrics.rateLimitLocal.get()).values[0]?.value).toBe(40);
});

it('counts in this process too where Redis answers with a refusal; with the shared count alone each request would fail', async () => {
  const full: Redis = { ...redis, batch: () => Promise.resolve([new Error('OOM command not allowed')]) };
  expect(await passed([open({ through: full }).limit], 40)).toBe(20);
  for (const away of [full, nowhere]) {
    const counts = createSharedCounts({ redis: away, app: 'any', windowMs: 1_000 });
    await expect(counts.spend('a', 1)).rejects.toThrow();
  }
});

it('gives points back to whoever has counted them', async () => {
  let isAway = true;
  const flaky: Redis = {
    ...redis,
    batch: (commands) => (isAway ? nowhere : redis).batch(commands),
  };
  const { limit } = open({ through: flaky });
  const local = await admitted(limit, 15);
  isAway = false;
  const shared = await admitted(limit, 15);
  local.budget.settle(1);
  expect((await limit.enter(ann))?.used).toBe(16);
  isAway = true;
  shared.budget.settle(1);
  expect((await limit.enter(ann))?.used).toBe(2);
});

it('with a limit of 0 counts nothing and limits nobody', async () => {
  const { limit } = open({ client: 0, through: nowhere });
  const { budget, isCharged } = await admitted(limit, 1_000);
  expect([isCharged, budget.cost(), budget.standing()]).toEqual([true, 1_000, undefined]);
});

it('tells the refused how long to wait', async () => {
  const { limit } = open({ client: 1 });
  await passes(limit);
  const entry = await limit.enter(ann);
  const error: unknown = await Promise.resolve()
    .then(() => limit.admit(entry, 'client'))
    .catch((thrown: unknown) => thrown);
  const { details } = error as { details: { retryAfterSeconds: number } };
  expect(details.retryAfterSeconds).toBeGreaterThan(50);
  expect(details.retryAfterSeconds).toBeLessThanOrEqual(60);
});
