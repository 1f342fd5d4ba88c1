import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import type { Subscriber } from '../redis/subscriber.ts';
import { createBackground } from './background.ts';
import { createBus } from './bus.ts';
import { createFills } from './fills.ts';
import { createFlights } from './flights.ts';
import { createInvalidation } from './invalidation.ts';
import { createKeyspace } from './keyspace.ts';
import { createL1 } from './l1.ts';
import { createMisses } from './misses.ts';
import type { CacheKey, CachePolicy } from './policy.ts';
import { createReadCounts } from './read-counts.ts';
import { createReadThrough } from './read-through.ts';
import { allProtections, defaultCacheSettings, type CacheSettings, type Protections } from './settings.ts';
import { createSharedTier } from './shared-tier.ts';

/** What all requests of this gateway read through: in-process copies, Redis shared by all gateways, then the source. */
export interface Cache {
  /**
   * Every key's value by its id (`policy.key(key)`), undefined for known absent: `keys.map((key) => found.get(policy.key(key)))`
   * answers a DataLoader batch. The keys that are cached nowhere become one `source.load`. Values are frozen, being
   * shared between requests. Rejects only when the source does, never because of Redis.
   */
  getMany<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    source: Source<Key, Value>,
    options?: ReadOptions,
  ): Promise<ReadonlyMap<string, Value | undefined>>;
  /**
   * Fences the keys at `lsn`, in Redis, in this process and, through the bus, in all others. Resolves to whether Redis
   * took it; if not, it is repeated before Redis is read again. Never rejects.
   */
  invalidate(changed: readonly CacheKey[], lsn: Lsn, options?: InvalidateOptions): Promise<boolean>;
  status(): CacheStatus;
  /** Resolves when nothing runs in the background any more: fills, releases, replays. */
  idle(): Promise<void>;
  /** Stops the heartbeat and waits for `idle`. Redis and the subscriber belong to whoever opened them. */
  close(): Promise<void>;
}

export interface Source<Key, Value> {
  /** One statement for all keys, on a node that has replayed `atLeast`. Keys without a row are absent from the map. */
  load(keys: readonly Key[], need: LoadNeed): Promise<Loaded<Key, Value>>;
}

export interface LoadNeed {
  readonly atLeast: Lsn;
  readonly primary: boolean;
}

export interface Loaded<Key, Value> {
  readonly values: ReadonlyMap<Key, Value>;
  /** The replica's position sampled before the statement; undefined when the primary answered. */
  readonly replayed: Lsn | undefined;
}

export interface ReadOptions {
  /**
   * No in-process copies and no joining of reads that began earlier: for a session that wrote moments ago, perhaps
   * through another gateway.
   */
  readonly skipL1?: boolean;
  /** Past every cache, from the primary: this request's own invalidation failed, or it is inside a transaction. */
  readonly uncached?: boolean;
  /** Aborted: the caller no longer waits; what nobody else waits for may stop. */
  readonly signal?: AbortSignal | undefined;
}

export interface InvalidateOptions {
  /** Leave alone what is as new as `lsn` already: for a follower of the log, which sees every write a second time. */
  readonly conditional?: boolean;
}

export interface CacheStatus {
  readonly redis: 'up' | 'down';
  /** Without the bus in-process copies are off. */
  readonly bus: 'heard' | 'silent';
  readonly l1Entries: number;
  /** Invalidations that Redis has not taken yet. */
  readonly queued: number;
}

export interface CacheNeeds {
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  /** First part of every key and channel, `[a-z0-9-]+`. */
  readonly app: string;
  readonly settings?: Partial<CacheSettings>;
  /** For proofs only. */
  readonly protections?: Protections;
}

export function createCache({
  redis,
  subscriber,
  clock,
  random,
  metrics,
  log,
  app,
  ...needs
}: CacheNeeds): Cache {
  const settings = { ...defaultCacheSettings, ...needs.settings };
  const origin = randomBytes(6).toString('hex');
  const keyspace = createKeyspace(app, () => 1);
  const background = createBackground(log);
  const flights = createFlights();
  const l1 = createL1(clock, { maxEntries: settings.l1MaxEntries, maxBytes: settings.l1MaxBytes });
  const counts = createReadCounts(metrics);
  const shared = createSharedTier({ redis, settings, protections: needs.protections ?? allProtections });

  const forget = (entryKeys: readonly string[]) => {
    for (const entryKey of entryKeys) {
      l1.delete(entryKey);
      flights.drop(entryKey);
    }
  };
  const forgetAll = () => {
    l1.clear();
    flights.dropAll();
  };

  const bus = createBus({
    redis,
    subscriber,
    clock,
    log,
    background,
    channel: keyspace.channel,
    origin,
    heartbeatMs: settings.heartbeatMs,
    onInvalidated: forget,
    onGap: forgetAll,
  });
  const invalidation = createInvalidation({
    redis,
    shared,
    bus,
    keyspace,
    metrics,
    log,
    maxQueued: settings.maxQueued,
    forget,
    forgetAll,
  });
  const fills = createFills({ shared, background, random, metrics, settings });
  const nextToken = createTokens(origin);
  const misses = createMisses({ clock, random, shared, fills, counts, settings, nextToken });
  const { getMany } = createReadThrough({
    clock,
    keyspace,
    shared,
    flights,
    l1,
    bus,
    misses,
    counts,
    settings,
  });

  return {
    getMany,
    invalidate: invalidation.invalidate,
    status: () => ({
      redis: redis.state() === 'closed' ? 'up' : 'down',
      bus: bus.heard() ? 'heard' : 'silent',
      l1Entries: l1.size(),
      queued: invalidation.queued(),
    }),
    idle: background.idle,
    async close() {
      bus.close();
      await background.idle();
    },
  };
}

/** 20 hex digits, never twice: the process's name and a counter. */
function createTokens(origin: string): () => string {
  let count = 0;
  return () => {
    count = (count + 1) % 2 ** 32;
    return origin + count.toString(16).padStart(8, '0');
  };
}
