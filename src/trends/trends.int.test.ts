import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createTrends, type Trends } from './trends.ts';

const dayMs = 24 * 3_600_000;
const log = createLog({ level: 'silent' });
let redis: Redis;
let clock: FakeClock;
let app: string;
let trends: Trends;
beforeAll(async () => {
  redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'state', clock: systemClock, metrics: createMetrics(), log },
    settings: { deadlineMs: 10_000 },
  });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());
beforeEach(() => {
  clock = createFakeClock();
  app = randomAppName();
  trends = create();
});

const create = (own: Pick<Redis, 'batch'> = redis, maxTerms = 100) =>
  createTrends({ redis: own, clock, log, app, name: 'test', settings: { maxTerms } });

async function ask(times: Readonly<Record<string, number>>, by = trends): Promise<void> {
  for (const [term, count] of Object.entries(times)) {
    for (let turn = 0; turn < count; turn += 1) by.note(term);
  }
  await by.flush();
}

const heatOf = async (term: string) => (await trends.lookUp([term])).get(term);

describe('what is asked for', () => {
  it('adds up over all gateways', async () => {
    const other = create();
    await ask({ kettle: 3, pan: 1 });
    await ask({ kettle: 2 }, other);
    expect(await heatOf('kettle')).toBeCloseTo(5, 3);
    expect(await heatOf('pan')).toBeCloseTo(1, 3);
    expect(await heatOf('nothing')).toBe(0);
  });

  it('is worth half as much after each half-life, and then less than what is asked for now', async () => {
    await ask({ old: 8 });
    clock = createFakeClock(clock.now() + 2 * dayMs);
    trends = create();
    expect(await heatOf('old')).toBeCloseTo(2, 3);
    await ask({ old: 1, now: 4 });
    expect(await heatOf('old')).toBeCloseTo(3, 3);
    expect(await trends.top(10)).toEqual(['now', 'old']);
  });

  it('is kept only as far as there is room, the most frequent', async () => {
    const small = create(redis, 3);
    await ask({ a: 4, b: 3, c: 2 }, small);
    await ask({ d: 5, e: 1 }, small);
    expect(await trends.top(10)).toEqual(['d', 'a', 'b']);
  });

  it('holds any text, and the room of this process is bounded', async () => {
    const small = create(redis, 2);
    await ask({ 'one two': 1, 'ß{}:*': 1, 'no room': 5 }, small);
    expect((await trends.top(10)).toSorted()).toEqual(['one two', 'ß{}:*']);
  });

  it('reaches Redis by itself, each second', async () => {
    trends.note('kettle');
    await clock.advance(1_000);
    await expect.poll(() => heatOf('kettle')).toBeCloseTo(1, 3);
  });
});

it('without Redis nothing is known, nothing fails, and what was noted waits', async () => {
  let isUp = false;
  const flaky = create({
    batch: (commands) => (isUp ? redis.batch(commands) : Promise.reject(new RedisUnavailable('down'))),
  });
  await ask({ kettle: 2 }, flaky);
  expect([await flaky.top(5), await flaky.lookUp(['kettle'])]).toEqual([[], new Map([['kettle', 0]])]);
  isUp = true;
  await flaky.flush();
  expect(await heatOf('kettle')).toBeCloseTo(2, 3);
});
