import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import type { ClusterServer } from '../dev/redis/redis-cluster.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startTestCluster, type TestCluster } from '../testing/servers/test-cluster.ts';
import { createRedisCluster, type ClusterSettings } from './cluster.ts';
import type { ReturnHook } from './redis.ts';
import { slotOf } from './slot.ts';
import { createSubscriber } from './subscriber.ts';
import { RedisUnavailable } from './unavailable.ts';

let cluster: TestCluster;
beforeAll(async () => void (cluster = await startTestCluster({ nodeTimeoutMs: 1_000 })), 60_000);
beforeEach(() => cluster.heal(), 40_000);
afterAll(() => cluster.stop());

const log = createLog({ level: 'silent' });
/** On a busy machine a server that is up misses a deadline now and then. */
const patience = { timeout: 10_000, interval: 20 };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function connect(hook?: ReturnHook, settings: Partial<ClusterSettings> = {}) {
  const metrics = createMetrics();
  const redis = createRedisCluster({
    urls: cluster.urls,
    role: 'cache',
    clock: systemClock,
    metrics,
    log,
    settings,
  });
  open.push(redis);
  if (hook !== undefined) redis.beforeReturn(hook);
  expect(await redis.untilUp(5_000)).toBe(true);
  const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
  return { redis, trips };
}

/** A server, a key that it holds, and keys that the others hold. */
async function scene() {
  const keys = Array.from({ length: 100 }, () => crypto.randomUUID());
  const [key = '', ...others] = keys;
  const victim = await cluster.masterOf(slotOf(key));
  const holders = await Promise.all(others.map((one) => cluster.masterOf(slotOf(one))));
  const elsewhere = others.filter((_, index) => holders[index] !== victim);
  expect(new Set(holders).size).toBe(3);
  return { victim, key, elsewhere };
}

const faults = {
  killed: (server: ClusterServer) => server.kill(),
  frozen: (server: ClusterServer) => Promise.resolve().then(() => server.freeze()),
};

describe.each(Object.entries(faults))('while one master is %s', (_, fail) => {
  it('calls for its keys fail fast, without piling up, and those for other keys are answered', async () => {
    // Without background traffic, so that what is sent can be counted.
    const { redis, trips } = await connect(undefined, { patrolEveryMs: 3_600_000, searchEveryMs: 3_600_000 });
    const { victim, key, elsewhere } = await scene();
    await fail(victim);
    const before = await trips();
    const atOnce = Array.from({ length: 100 }, () => redis.mget([key]));
    for (const call of await Promise.allSettled(atOnce))
      expect(call).toMatchObject({ status: 'rejected', reason: { name: 'RedisUnavailable' } });
    expect([redis.state(), redis.state([key]), redis.state(elsewhere)]).toEqual(['open', 'open', 'closed']);

    const sent = await trips();
    // What waits for a silent server is what was sent within one deadline.
    expect(sent - before).toBeLessThanOrEqual(100);
    const startedAt = performance.now();
    for (let calls = 0; calls < 10_000; calls++)
      await expect(redis.mget([key])).rejects.toBeInstanceOf(RedisUnavailable);
    expect((performance.now() - startedAt) / 10_000).toBeLessThan(1);
    expect(await trips()).toBe(sent);
    for (const other of elsewhere)
      await vi.waitFor(async () => expect(await redis.mget([other])).toEqual([null]), patience);
  });

  it('its replica takes over, and nobody reads it before the hooks have run', async () => {
    const { victim, key, elsewhere } = await scene();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let reached: () => void = () => undefined;
    const atGate = new Promise<void>((resolve) => (reached = resolve));
    /** Who the cluster was when the old value could not be evicted; a busy machine runs the hooks before that as well. */
    const outlived: { identity?: string | undefined } = {};
    let queued = false;
    const identities: (string | undefined)[] = [];
    const { redis } = await connect({
      async run(batch, owns) {
        if (outlived.identity === undefined || outlived.identity === redis.identity() || !owns(key)) return;
        identities.push(redis.identity());
        reached();
        await gate;
        if (!queued) return;
        const [reply] = await batch([['set', key, 'new']]);
        if (reply !== 'OK') throw new Error('refused', { cause: reply });
        queued = false;
      },
      done: (owns) => !owns(key) || !queued,
    });
    const control = await connect();
    await cluster.ask(victim, 'set', key, 'old');
    await cluster.ask(victim, 'wait', '1', '5000');

    await fail(victim);
    // 1. A write cannot evict the old value, because its node is gone.  2. The replica, which has the value, is promoted.
    await expect(redis.batch([['set', key, 'new']])).rejects.toBeInstanceOf(RedisUnavailable);
    queued = true;
    outlived.identity = redis.identity();
    await atGate;
    // Whoever is asked here may hear of it later than we did.
    await vi.waitFor(async () => expect(await cluster.masterOf(slotOf(key))).not.toBe(victim), patience);
    // 3. The control, which has no hook, reads what should have been evicted.
    await vi.waitFor(async () => expect(await control.redis.mget([key])).toEqual(['old']), patience);
    // 4. We do not.
    await expect(redis.mget([key])).rejects.toThrow('the breaker is open');
    for (const other of elsewhere.slice(0, 10))
      await vi.waitFor(async () => expect(await redis.mget([other])).toEqual([null]), patience);

    release();
    await vi.waitFor(async () => expect(await redis.mget([key])).toEqual(['new']), patience);
    expect(identities.at(-1)).toBe(redis.identity());
    expect(redis.identity()).not.toBe(outlived.identity);
    await until(() => control.redis.identity() === redis.identity());
  });

  it('a subscriber to it goes on with another server', async () => {
    const { redis } = await connect();
    const { victim, elsewhere } = await scene();
    const channel = crypto.randomUUID();
    const events: string[] = [];
    const subscriber = createSubscriber({
      urls: () => [...new Set([victim.url, ...redis.urls()])],
      log,
      settings: { connectTimeoutMs: 300 },
    });
    open.push(subscriber);
    subscriber.subscribe(channel, {
      message: (text) => events.push(text),
      up: () => events.push('up'),
      down: () => events.push('down'),
    });
    await until(() => events.length === 1);
    await fail(victim);
    // Where the server is silent, the missing heartbeats make the bus do this.
    subscriber.reconnect();
    await until(() => events.length === 3);
    await redis.batch([
      ['get', elsewhere[0] ?? ''],
      ['publish', channel, 'heard'],
    ]);
    await until(() => events.length === 4);
    expect(events).toEqual(['up', 'down', 'up', 'heard']);
  });
});

describe('a master that was restarted before anyone took its place', () => {
  it('is another identity, noted before it is read', async () => {
    const { victim, key } = await scene();
    const seen: (string | undefined)[] = [];
    const { redis } = await connect();
    const before = redis.identity();
    redis.beforeReturn({
      run: (_, owns) => {
        if (owns(key)) seen.push(redis.identity());
        return Promise.resolve();
      },
      done: () => true,
    });
    await victim.kill();
    await victim.restart();
    await until(() => seen.length > 0 && redis.state() === 'closed');
    expect(redis.identity()).not.toBe(before);
    expect(seen.at(-1)).toBe(redis.identity());
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
