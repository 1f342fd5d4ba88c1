import { randomBytes } from 'node:crypto';
import { systemClock, type Clock } from '../../clock/clock.ts';
import { systemRandom } from '../../clock/random.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics, type Metrics } from '../../metrics/metrics.ts';
import { createRedis, type Redis, type RedisSettings } from '../../redis/redis.ts';
import { createSubscriber, type Subscriber } from '../../redis/subscriber.ts';
import { createCache, type Cache } from '../cache.ts';
import type { Epochs } from '../epochs.ts';
import type { CachePolicy } from '../policy.ts';
import type { CacheSettings, Protections } from '../settings.ts';

/** One gateway's cache with everything below it; several of them on one `app` share Redis and the bus. */
export interface Gateway {
  readonly app: string;
  readonly cache: Cache;
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly url: string;
  readonly app: string;
  readonly settings?: Partial<CacheSettings>;
  readonly redisSettings?: Partial<RedisSettings>;
  readonly protections?: Protections;
  readonly epochs?: Epochs;
  /** What the cache is given in place of Redis: one that loses things. */
  readonly around?: (redis: Redis) => Redis;
  readonly clock?: Clock;
  /** Longest wait for Redis and the bus; two seconds when not given. */
  readonly waitMs?: number;
}

export const uniqueApp = () => `test-${randomBytes(6).toString('hex')}`;

/** Long heartbeats, so that a count of round trips counts reads only; the first is sent when the bus comes up. */
const quiet = { heartbeatMs: 60_000 };

/** A machine that is busy with other tests is no outage; tests of outages ask for the real deadline. */
const patient = { deadlineMs: 5_000 };

/** Resolves when Redis answers and the bus is heard, or when the wait is over. */
export async function createGateway({
  url,
  app,
  clock = systemClock,
  waitMs = 2_000,
  ...options
}: GatewayOptions): Promise<Gateway> {
  const metrics = createMetrics();
  const log = createLog({ level: 'silent' });
  const redis = createRedis({
    url,
    role: 'cache',
    clock,
    metrics,
    log,
    settings: options.redisSettings ?? patient,
  });
  const subscriber = createSubscriber({ urls: [url], log });
  const cache = createCache({
    redis: options.around?.(redis) ?? redis,
    subscriber,
    clock,
    random: systemRandom,
    metrics,
    log,
    app,
    settings: { ...quiet, ...options.settings },
    ...(options.protections && { protections: options.protections }),
    ...(options.epochs && { epochs: options.epochs }),
  });
  const giveUpAt = systemClock.monotonic() + waitMs;
  await redis.untilUp(waitMs);
  while (cache.status().bus === 'silent' && systemClock.monotonic() < giveUpAt) await systemClock.sleep(2);
  return {
    app,
    cache,
    redis,
    subscriber,
    metrics,
    async close() {
      await cache.close();
      await subscriber.close();
      await redis.close();
    },
  };
}

/** Starts gateways on Redis at `url`, each on an app of its own unless told otherwise, and closes them together. */
export function createGateways(url: string, always: Partial<GatewayOptions> = {}) {
  const open: Gateway[] = [];
  return {
    start: async (options: Partial<GatewayOptions> = {}): Promise<Gateway> => {
      const gateway = await createGateway({ url, app: uniqueApp(), ...always, ...options });
      open.push(gateway);
      return gateway;
    },
    close: async (): Promise<void> => {
      for (const gateway of open.splice(0)) await gateway.close();
    },
  };
}

/** A policy of texts by text, kept for a minute everywhere, unless told otherwise. */
export function textPolicy(change: Partial<CachePolicy<string, string>> = {}): CachePolicy<string, string> {
  return {
    name: 'texts',
    version: 1,
    key: (key) => key,
    freshForMs: 60_000,
    staleForMs: 0,
    missingForMs: 60_000,
    tiers: 'l1+redis',
    strict: false,
    codec: { encode: (value) => JSON.stringify(value), decode: decodeText },
    ...change,
  };
}

function decodeText(text: string): string {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

/** The sum of a counter over the series whose labels include `labels`. */
export async function total(
  counter: { get(): Promise<{ readonly values: readonly Sample[] }> },
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { values } = await counter.get();
  const fits = (sample: Sample) =>
    Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
  return values.filter(fits).reduce((sum, { value }) => sum + value, 0);
}

interface Sample {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
}

/** All entries and tags that the gateway's app has in Redis. */
export async function keysOf({ app, redis }: Gateway): Promise<readonly string[]> {
  const [reply] = await redis.batch([['keys', `${app}:*`]]);
  return Array.isArray(reply) ? reply.map(String).filter((key) => !key.includes(':sign:')) : [];
}
