import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import type { RedisReply } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createQuotas, type Quotas } from './quotas.ts';

const log = createLog({ level: 'silent' });
const metrics = createMetrics();
let redis: Redis;
beforeAll(async () => {
  const parts = { clock: systemClock, metrics, log };
  redis = createRedis({ url: inject('redisUrl'), role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());

const open = (app = randomAppName(), through: Redis = redis): Quotas =>
  createQuotas({ redis: through, app, metrics, log, lifeMs: 60_000 });
const mails = { counter: 'mails', most: 10 };
const adverts = { counter: 'adverts', most: 3 };
const none = () => Promise.resolve([]);
const day = (id: string) => ({ subject: 'somebody', period: '2026-06-01', id });
const times = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** As a gateway would without a script. */
async function consumeInSteps(key: string): Promise<boolean> {
  const ask = async (...command: [string, ...string[]]) => (await redis.batch([command]))[0];
  const used: RedisReply | undefined = await ask('get', key);
  if (Number(used ?? 0) >= mails.most) return false;
  await ask('incr', key);
  return true;
}

describe('a quota', () => {
  it('lets exactly so many of 200 at once pass', async () => {
    const quotas = open();
    const all = await Promise.all(times(200).map((id) => quotas.consume(day(id), [mails], none)));
    expect(all.filter(({ isPassed }) => isPassed)).toHaveLength(10);
    expect(all.filter((one) => !one.isPassed && one.usedUp === 'mails')).toHaveLength(190);
  });

  it('would let more pass if it were asked and raised in two steps: the control', async () => {
    const key = `${randomAppName()}:in-steps`;
    const all = await Promise.all(times(200).map(() => consumeInSteps(key)));
    expect(all.filter(Boolean).length).toBeGreaterThan(10);
  });

  it('takes from all counters or from none', async () => {
    const quotas = open();
    const both = await Promise.all(times(20).map((id) => quotas.consume(day(id), [mails, adverts], none)));
    expect(both.filter(({ isPassed }) => isPassed)).toHaveLength(3);
    // The 17 that were refused have used up none of the ten.
    const rest = await Promise.all(times(20).map((id) => quotas.consume(day(`+${id}`), [mails], none)));
    expect(rest.filter(({ isPassed }) => isPassed)).toHaveLength(7);
  });

  it('counts a consumption once, however often it is repeated', async () => {
    const quotas = open();
    const same = await Promise.all(times(50).map(() => quotas.consume(day('same'), [adverts], none)));
    expect(same.every(({ isPassed }) => isPassed)).toBe(true);
    const others = await Promise.all(times(5).map((id) => quotas.consume(day(id), [adverts], none)));
    expect(others.filter(({ isPassed }) => isPassed)).toHaveLength(2);
  });

  it('is another for another subject and another period', async () => {
    const quotas = open();
    const one = { counter: 'mails', most: 1 };
    const passed = async (what: object) =>
      (await quotas.consume({ ...day('x'), ...what }, [one], none)).isPassed;
    expect(await passed({ id: '1' })).toBe(true);
    expect(await passed({ id: '2' })).toBe(false);
    expect(await passed({ id: '2', subject: 'else' })).toBe(true);
    expect(await passed({ id: '2', period: '2026-06-02' })).toBe(true);
  });
});

describe('a refund', () => {
  const one = { counter: 'mails', most: 1 };

  it('makes room for another, once', async () => {
    const quotas = open();
    await quotas.consume(day('a'), [one, adverts], none);
    expect(await Promise.all([quotas.refund(day('a')), quotas.refund(day('a'))])).toEqual([true, true]);
    expect((await quotas.consume(day('b'), [one], none)).isPassed).toBe(true);
    expect((await quotas.consume(day('c'), [one], none)).isPassed).toBe(false);
  });

  it('of an attempt leaves alone what a later attempt has', async () => {
    const quotas = open();
    const first = await quotas.consume(day('a'), [one], none);
    await quotas.consume(day('a'), [one], none);
    if (first.isPassed) await first.refund();
    expect((await quotas.consume(day('b'), [one], none)).isPassed).toBe(false);
  });
});

describe('a Redis that has lost the counters', () => {
  it('is told what is recorded before anything passes', async () => {
    const quotas = open();
    const recorded = () =>
      Promise.resolve(times(9).map((id) => ({ id: `earlier-${id}`, counters: ['mails'] })));
    const all = await Promise.all(times(20).map((id) => quotas.consume(day(id), [mails], recorded)));
    expect(all.filter(({ isPassed }) => isPassed)).toHaveLength(1);
    expect((await quotas.consume(day('earlier-3'), [mails], recorded)).isPassed).toBe(true);
  });

  it('is asked again whenever it is another server: it may hold an old copy', async () => {
    const app = randomAppName();
    const asked: string[] = [];
    const at = (server: string) => {
      const recorded = () => {
        asked.push(server);
        return Promise.resolve([]);
      };
      return open(app, { ...redis, identity: () => server }).consume(day(server), [mails], recorded);
    };
    await at('one');
    await at('one');
    await at('two');
    expect(asked).toEqual(['one', 'two']);
  });
});

describe('a Redis that does not answer', () => {
  it('lets nothing pass', async () => {
    const away: Redis = { ...redis, batch: () => Promise.reject(new RedisUnavailable('away')) };
    await expect(open(undefined, away).consume(day('a'), [mails], none)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(await open(undefined, away).refund(day('a'))).toBe(false);
  });

  it('whose answer was lost has what passed taken back', async () => {
    const app = randomAppName();
    let isLost = false;
    const losing: Redis = {
      ...redis,
      async batch(commands) {
        const replies = await redis.batch(commands);
        if (!isLost && replies[0] === 'passed') {
          isLost = true;
          throw new RedisUnavailable('answer lost');
        }
        return replies;
      },
    };
    const one = { counter: 'mails', most: 1 };
    await expect(open(app, losing).consume(day('a'), [one], none)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect((await open(app).consume(day('b'), [one], none)).isPassed).toBe(true);
  });
});
