import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { randomAppName } from '../testing/gateway.ts';
import { createFaultProxy } from '../testing/servers/fault-proxy.ts';
import { createAttendance, hereForMs, keptForMs, type Attendance } from './attendance.ts';
import { channelOf, shardOf } from './shards.ts';
import { createFakePubSub, type FakePubSub } from '../testing/fake-pubsub.ts';

const log = createLog({ level: 'silent' });
let redis: Redis;
let metrics: ReturnType<typeof createMetrics>;
let clock: FakeClock;
let pubsub: FakePubSub;
let app: string;
let activity: (readonly [string, number])[];
let opened: Attendance[];

const connect = (url: string, deadlineMs = 5_000) =>
  createRedis({ url, role: 'state', clock: systemClock, metrics, log, settings: { deadlineMs } });

beforeAll(async () => {
  metrics = createMetrics();
  redis = connect(inject('redisUrl'));
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());
beforeEach(() => {
  [clock, pubsub, app, activity, opened] = [createFakeClock(), createFakePubSub(), randomAppName(), [], []];
});
afterEach(async () => {
  for (const one of opened) await one.close();
});

/** One gateway's; its timers do nothing by themselves. */
function open(through = redis): Attendance {
  const one = createAttendance({
    redis: through,
    pubsub,
    clock: { ...clock, every: () => () => undefined },
    log,
    metrics,
    app,
    sweeps: false,
    onActivity: (id, at) => activity.push([id, at]),
    settings: { maxEntries: 100 },
  });
  opened.push(one);
  return one;
}

const seen = async (one: Attendance, id: string) => (await one.lookUp([id])).get(id);

describe('a touch', () => {
  it('through one gateway is seen by all when it is flushed, for five minutes, and kept as long again', async () => {
    const [one, other] = [open(), open()];
    one.touch('1');
    expect(await seen(other, '1')).toBeUndefined();
    await one.flush();
    const at = clock.now();
    expect(await seen(other, '1')).toEqual({ at, isHere: true });
    await clock.advance(hereForMs);
    expect(await seen(other, '1')).toEqual({ at, isHere: true });
    await clock.advance(1);
    expect(await seen(other, '1')).toEqual({ at, isHere: false });
    await other.sweep();
    expect(await seen(other, '1')).toEqual({ at, isHere: false });
    await clock.advance(keptForMs - hereForMs);
    await other.sweep();
    expect(await seen(other, '1')).toBeUndefined();
  });

  it('is told to those who follow the shard, once, whichever gateway hears of it first', async () => {
    const [one, other] = [open(), open()];
    for (const each of [one, other]) each.touch('1');
    await Promise.all([one.flush(), other.flush()]);
    await clock.advance(60_000);
    for (const each of [one, other]) each.touch('1');
    await Promise.all([one.flush(), other.flush()]);
    expect(pubsub.published).toEqual([{ channel: channelOf(shardOf('1')), text: '["1"]' }]);
  });

  it('of a thousand costs no round trip at the time, and later one', async () => {
    const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
    const one = open();
    const before = await trips();
    for (let n = 0; n < 1_000; n += 1) one.touch(String(n % 100));
    expect(await trips()).toBe(before);
    await one.flush();
    expect(await trips()).toBe(before + 1);
    await one.flush();
    expect(await trips()).toBe(before + 1);
  });

  it('that is to be seen at once is seen when it is answered, and not written a second time', async () => {
    const [one, other] = [open(), open()];
    one.touch('1');
    await one.touchNow('1');
    expect(await seen(other, '1')).toMatchObject({ isHere: true });
    await one.flush();
    expect(activity).toEqual([['1', clock.now()]]);
  });

  it('is passed on to what keeps it for good, as it is written', async () => {
    const one = open();
    for (let second = 0; second < 120; second += 1) {
      one.touch('1');
      await one.flush();
      await clock.advance(1_000);
    }
    const times = activity.map(([, at]) => (at - (activity[0]?.[1] ?? 0)) / 1_000);
    expect(times).toEqual([0, 30, 60, 90]);
  });

  it('is written when the gateway stops', async () => {
    const [one, other] = [open(), open()];
    one.touch('1');
    await one.close();
    expect(await seen(other, '1')).toMatchObject({ isHere: true });
  });
});

describe('without Redis', () => {
  it('a touch fails nobody, a bounded number waits, and all of those are written when it is back', async () => {
    const proxy = await createFaultProxy({ targetPort: Number(new URL(inject('redisUrl')).port) });
    const shaky = connect(proxy.through(inject('redisUrl')), 2_000);
    await shaky.untilUp(5_000);
    const one = open(shaky);
    await proxy.setMode({ kind: 'reset' });
    for (let n = 0; n < 150; n += 1) one.touch(String(n));
    await one.flush();
    expect((await one.lookUp(['1'])).size).toBe(0);
    await expect(one.touchNow('1')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const outcomes = (await metrics.presenceTouches.get()).values;
    expect(outcomes.find(({ labels }) => labels.outcome === 'dropped')?.value).toBe(50);

    await proxy.setMode({ kind: 'pass' });
    await shaky.untilUp(10_000);
    await one.flush();
    const found = await open().lookUp(Array.from({ length: 100 }, (_, n) => String(n)));
    expect([...found.values()].every((sighting) => sighting?.isHere === true)).toBe(true);
    await one.close();
    await shaky.close();
    await proxy.close();
  });
});

it('runs by itself: writes what was noted, and sweeps where it is told to', async () => {
  const one = createAttendance({ redis, pubsub, clock, log, metrics, app, sweeps: true });
  one.touch('1');
  await clock.advance(250);
  await expect.poll(async () => seen(one, '1'), { timeout: 10_000 }).toMatchObject({ isHere: true });
  await clock.advance(keptForMs + 60_000);
  await expect.poll(async () => seen(one, '1'), { timeout: 10_000 }).toBeUndefined();
  await one.close();
});
