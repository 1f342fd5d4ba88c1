import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createThrottle } from './throttle.ts';

const metrics = createMetrics();
const connect = (url: string) =>
  createRedis({
    url,
    role: 'state',
    clock: systemClock,
    metrics,
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 5_000 },
  });
let redis: Redis;
beforeAll(async () => {
  redis = connect(inject('redisUrl'));
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());

/** One gateway's. */
const open = (app: string, { through = redis, clock = createFakeClock(), everyMs = 60_000 } = {}) =>
  createThrottle({ redis: through, clock, app, name: 'typing', everyMs });

it('lets one of many through over four gateways, for each key', async () => {
  const app = randomAppName();
  const gateways = Array.from({ length: 4 }, () => open(app));
  const passes = await Promise.all(
    gateways.flatMap((gateway) => Array.from({ length: 25 }, () => gateway.pass('a'))),
  );
  expect(passes.filter(Boolean)).toHaveLength(1);
  expect(await gateways[0]?.pass('b')).toBe(true);
});

it('lets the next one through when the time is over', async () => {
  const app = randomAppName();
  const clock = createFakeClock();
  const [one, other] = [open(app, { clock, everyMs: 50 }), open(app, { clock, everyMs: 50 })];
  expect([await one.pass('a'), await other.pass('a')]).toEqual([true, false]);
  await clock.advance(50);
  await expect
    .poll(() => redis.batch([['exists', `${app}:once:typing:a`]]), { timeout: 10_000 })
    .toEqual([0]);
  expect([await one.pass('a'), await other.pass('a')]).toEqual([true, false]);
});

it('asks Redis once for whoever repeats himself', async () => {
  const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
  const gateway = open(randomAppName());
  const before = await trips();
  for (let n = 0; n < 50; n += 1) await gateway.pass('a');
  expect(await trips()).toBe(before + 1);
});

it('counts for itself without Redis', async () => {
  const through = connect('redis://127.0.0.1:1');
  const gateway = open(randomAppName(), { through });
  expect([await gateway.pass('a'), await gateway.pass('a'), await gateway.pass('b')]).toEqual([
    true,
    false,
    true,
  ]);
  await through.close();
});
