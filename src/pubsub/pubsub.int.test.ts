import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { createSubscriber, type Subscriber } from '../redis/subscriber.ts';
import { createFaultProxy } from '../testing/servers/fault-proxy.ts';
import type { Heard, Subscription } from './pubsub.ts';
import { createPubSub, type PubSubSettings, type RedisPubSub } from './redis-pubsub.ts';

const patience = { timeout: 15_000, interval: 5 };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Gateway {
  readonly pubsub: RedisPubSub;
  readonly redis: Redis;
  readonly subscriber: Subscriber;
}

async function start(settings: Partial<PubSubSettings> = {}, app = uniqueApp(), url = inject('redisUrl')) {
  const [log, metrics, clock] = [createLog({ level: 'silent' }), createMetrics(), systemClock];
  const needs = { url: inject('redisUrl'), role: 'cache', settings: { deadlineMs: 5_000 } } as const;
  const redis = createRedis({ ...needs, clock, metrics, log });
  const subscriber = createSubscriber({ urls: [url], log });
  const pubsub = createPubSub({ redis, subscriber, clock, metrics, log, app, settings });
  closers.push(
    () => redis.close(),
    () => subscriber.close(),
    () => pubsub.close(),
  );
  await redis.untilUp(5_000);
  return { pubsub, redis, subscriber, metrics };
}

const uniqueApp = () => `test-${randomBytes(6).toString('hex')}`;

/** Collects in the background. */
function follow(subscription: Subscription) {
  const heard: Heard[] = [];
  let end: unknown;
  void (async () => {
    for await (const each of subscription) heard.push(each);
    end = 'closed';
  })().catch((error: unknown) => (end = error));
  return { heard, end: () => end };
}

async function nextOf(subscription: Subscription): Promise<unknown> {
  return (await subscription[Symbol.asyncIterator]().next()).value as unknown;
}

const message = (channel: string, text: string): Heard => ({ kind: 'message', channel, text });
const texts = (heard: readonly Heard[]) => heard.map((each) => (each.kind === 'gap' ? '(gap)' : each.text));

async function listenersOf({ redis }: Gateway, app: string, channel: string): Promise<unknown> {
  const [reply] = await redis.batch([['pubsub', 'numsub', `${app}:live:${channel}`]]);
  return Array.isArray(reply) ? Number(reply[1]) : reply;
}

describe('what is published', () => {
  it('is heard by every gateway, in order, on the channels asked for and on no other', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({}, app), await start({}, app)];
    const stranger = await start();
    const subscriptions = [
      await one.pubsub.subscribe(['a', 'b']),
      await other.pubsub.subscribe(['a', 'b']),
      await stranger.pubsub.subscribe(['a', 'b']),
    ].map(follow);
    for (const [channel, text] of ['a1', 'b2', 'c3', 'a4'])
      await one.pubsub.publish(channel ?? '', text ?? '');
    const expected = [message('a', '1'), message('b', '2'), message('a', '4')];
    for (const { heard } of subscriptions.slice(0, 2))
      await vi.waitFor(() => expect(heard).toEqual(expected), patience);
    expect(subscriptions[2]?.heard).toEqual([]);
  });

  it('right after the subscription stands is not missed', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({}, app), await start({}, app)];
    for (let round = 0; round < 50; round += 1) {
      const subscription = await one.pubsub.subscribe([`round ${round}`]);
      await other.pubsub.publish(`round ${round}`, 'now');
      expect(await nextOf(subscription)).toMatchObject({ text: 'now' });
      subscription.close();
    }
  });

  it('is one text in memory, however many listen', async () => {
    const { pubsub } = await start();
    const all = await Promise.all(Array.from({ length: 20 }, () => pubsub.subscribe(['crowd'])));
    await pubsub.publish('crowd', 'x'.repeat(1_000));
    const heard = await Promise.all(all.map(nextOf));
    expect(new Set(heard).size).toBe(1);
  });

  it('is told to be lost where Redis cannot be asked', async () => {
    const { pubsub, redis } = await start();
    await redis.close();
    expect(await pubsub.publish('a', 'x')).toBe(false);
  });
});

describe('a channel', () => {
  it('is subscribed to once for all its listeners, and left with the last of them', async () => {
    const app = uniqueApp();
    const gateway = await start({}, app);
    const [first, second] = [await gateway.pubsub.subscribe(['a']), await gateway.pubsub.subscribe(['a'])];
    expect(await listenersOf(gateway, app, 'a')).toBe(1);
    first.close();
    expect(await listenersOf(gateway, app, 'a')).toBe(1);
    second.close();
    await vi.waitFor(async () => expect(await listenersOf(gateway, app, 'a')).toBe(0), patience);
  });

  it('that is left and joined again in one breath is heard', async () => {
    const { pubsub } = await start();
    for (let round = 0; round < 100; round += 1) {
      const early = pubsub.subscribe(['a']);
      (await pubsub.subscribe(['b'])).close();
      (await early).close();
      const { heard } = follow(await pubsub.subscribe(['a']));
      await pubsub.publish('a', String(round));
      await vi.waitFor(() => expect(texts(heard)).toContain(String(round)), patience);
    }
  });

  it('that Redis does not confirm in time is refused', async () => {
    const { pubsub } = await start({ subscribeTimeoutMs: 50 }, uniqueApp(), 'redis://127.0.0.1:1');
    await expect(pubsub.subscribe(['a'])).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a listener', () => {
  it('that does not read is ended, and others hear everything', async () => {
    const { pubsub, metrics } = await start({ maxMessages: 10 });
    const [slow, quick] = [await pubsub.subscribe(['a']), follow(await pubsub.subscribe(['a']))];
    for (let text = 0; text < 20; text += 1) await pubsub.publish('a', String(text));
    await vi.waitFor(() => expect(quick.heard).toHaveLength(20), patience);
    await expect(slow[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
    expect((await metrics.pubsubSlow.get()).values[0]?.value).toBe(1);
  });

  it('that does not read is not ended without the limit: the control', async () => {
    const { pubsub } = await start({ maxMessages: Infinity, maxCharacters: Infinity });
    const slow = await pubsub.subscribe(['a']);
    for (let text = 0; text < 2_000; text += 1) await pubsub.publish('a', String(text));
    const { heard } = follow(slow);
    await vi.waitFor(() => expect(heard).toHaveLength(2_000), patience);
  });

  it('is told of a gap when the connection broke, and hears what comes then', async () => {
    const { pubsub, subscriber } = await start();
    const { heard } = follow(await pubsub.subscribe(['a']));
    await pubsub.publish('a', 'before');
    await vi.waitFor(() => expect(texts(heard)).toEqual(['before']), patience);
    subscriber.reconnect();
    await vi.waitFor(() => expect(texts(heard)).toEqual(['before', '(gap)']), patience);
    await pubsub.publish('a', 'after');
    await vi.waitFor(() => expect(texts(heard)).toEqual(['before', '(gap)', 'after']), patience);
  });

  it('is told of no gap that is not there', async () => {
    const { pubsub } = await start({ heartbeatMs: 20 });
    const { heard } = follow(await pubsub.subscribe(['a']));
    // A process that is busy for longer than any silence, and then reads what has waited.
    const until = performance.now() + 300;
    while (performance.now() < until);
    await pubsub.publish('a', 'x');
    await vi.waitFor(() => expect(texts(heard)).toEqual(['x']), patience);
  });

  it('behind a line that has gone dead is helped after some 1.5 seconds, though nobody closed it', async () => {
    const target = new URL(inject('redisUrl'));
    const proxy = await createFaultProxy({ targetPort: Number(target.port) });
    closers.push(() => proxy.close());
    const { pubsub, subscriber } = await start({}, uniqueApp(), proxy.through(inject('redisUrl')));
    const { heard } = follow(await pubsub.subscribe(['a']));
    const reconnect = vi.spyOn(subscriber, 'reconnect');
    const since = performance.now();
    await proxy.setMode({ kind: 'black-hole' });
    await vi.waitFor(() => expect(reconnect).toHaveBeenCalled(), patience);
    // Up to a heartbeat before the first that is missing; the rest is for a busy machine.
    expect(performance.now() - since).toBeGreaterThan(1_000);
    expect(performance.now() - since).toBeLessThan(4_000);
    await proxy.setMode({ kind: 'pass' });
    await vi.waitFor(async () => {
      await pubsub.publish('a', 'after');
      expect(texts(heard)).toContain('after');
    }, patience);
    expect(texts(heard)[0]).toBe('(gap)');
  });
});
