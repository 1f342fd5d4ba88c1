import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import type { Subscriber } from '../redis/subscriber.ts';
import { createAcquire } from './acquire.ts';
import { createBackground } from './background.ts';
import { createBus } from './bus.ts';
import type { Encoded } from './entry.ts';
import { fixedEpochs, type Counter, type Epochs } from './epochs.ts';
import { createFills } from './fills.ts';
import { createFlights } from './flights.ts';
import { createFlushWatch } from './flush-watch.ts';
import { createInvalidation } from './invalidation.ts';
import { createKeyspace } from './keyspace.ts';
import { createL1 } from './l1.ts';
import { createLoads } from './loads.ts';
import { createMakings, type Makings } from './makings.ts';
import { createMarks, type Mark } from './marks.ts';
import { createMisses } from './misses.ts';
import type { CacheKey, CachePolicy, CacheTag, ChangedKey } from './policy.ts';
import { createReadCounts } from './read-counts.ts';
import { createReadThrough } from './read-through.ts';
import { createRedisIdentity } from './redis-identity.ts';
import { createRefreshes } from './refreshes.ts';
import { allProtections, defaultCacheSettings, type CacheSettings, type Protections } from './settings.ts';
import { createSeals } from './seals.ts';
import { createSharedTier } from './shared-tier.ts';
import type { Source } from './source.ts';

/** What all requests of this gateway read through: in-process copies, Redis shared by all gateways, then the source. */
export interface Cache {
  /**
   * Every key's value by its id (`policy.key(key)`), undefined for known absent: `keys.map((key) => found.get(policy.key(key)))`
   * answers a DataLoader batch. The keys that are cached nowhere become one `source.load`. Values are frozen, being
   * shared between requests. Rejects only when the source does (never because of Redis), when `options.signal` is aborted,
   * or when the policy contradicts itself.
   */
  getMany<Key, Value>(
    policy: CachePolicy<Key, Value>,
    keys: readonly Key[],
    source: Source<Key, Value>,
    options?: ReadOptions,
  ): Promise<ReadonlyMap<string, Value | undefined>>;
  /**
   * The copy in this process, without waiting; undefined where there is none, and always for policies that have none. Whoever
   * finds nothing reads through `getMany`. Copies end with the freshness of what they are made of, so even what is only ever
   * peeked at comes to `getMany` then, which answers it within its grace and refreshes it behind that.
   */
  peek<Key, Value>(policy: CachePolicy<Key, Value>, key: Key): Peeked<Value> | undefined;
  /** Notes what one answer is made of, from now on: to be handed to each `getMany` for it. */
  makings(): Makings;
  /**
   * Before COMMIT: claims the strict ones among `changed`, which from then on are read from the primary, until
   * `invalidate` with the mark's token, `unmark`, or the end of the claim's life. Never rejects.
   */
  mark(changed: readonly CacheKey[]): Promise<Mark>;
  /** After a rollback. Where it fails, the claims end by themselves. Never rejects. */
  unmark(mark: Mark, changed: readonly CacheKey[]): Promise<void>;
  /** What `invalidate` may store of a row that was just written; undefined where it can only be fenced. */
  encode<Key, Value>(policy: CachePolicy<Key, Value>, value: Value): Encoded | undefined;
  /**
   * Fences the keys at `lsn`, and what depends on the tags, in Redis, in this process and, through the bus, in all others;
   * what is `written` is stored. Resolves to whether Redis took it; if not, it is repeated before Redis is read again.
   * Never rejects.
   */
  invalidate(
    changed: readonly (ChangedKey | CacheTag)[],
    lsn: Lsn,
    options?: InvalidateOptions,
  ): Promise<boolean>;
  status(): CacheStatus;
  /** Resolves when nothing runs in the background any more: fills, releases, replays. */
  idle(): Promise<void>;
  /** Stops the heartbeat and waits for `idle`. Redis and the subscriber belong to whoever opened them. */
  close(): Promise<void>;
}

/** Undefined inside: known that there is no such row. */
export interface Peeked<Value> {
  readonly value: Value | undefined;
}

export interface ReadOptions {
  /**
   * No in-process copies and no joining of reads that began earlier: for a session that wrote moments ago, perhaps
   * through another gateway.
   */
  readonly skipL1?: boolean;
  /** Past every cache, from the primary: this request's own invalidation failed, or it is inside a transaction. */
  readonly uncached?: boolean;
  /** Of the answer that is read for: what it gets goes into it. */
  readonly makings?: Makings | undefined;
  /** The reader is gone: it is rejected at once, and a load that nobody else waits for is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each key whose source failed; such keys are then left out of the answer, which does not reject for them. */
  readonly onFailure?: ((id: string, error: unknown) => void) | undefined;
}

export interface InvalidateOptions {
  /** Leave alone what is as new as `lsn` already: for a follower of the log, which sees every write a second time. */
  readonly conditional?: boolean;
  /** Token of the writer's mark, whose claims end with this. */
  readonly mark?: string | undefined;
  /** A position before the commit's, sampled while the rows were locked; without it nothing that is `written` is stored. */
  readonly before?: Lsn | undefined;
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
  readonly epochs?: Epochs;
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
  epochs = fixedEpochs,
  protections = allProtections,
  ...needs
}: CacheNeeds): Cache {
  const settings = { ...defaultCacheSettings, ...needs.settings };
  const origin = randomBytes(6).toString('hex');
  const nextToken = createTokens(origin);
  const background = createBackground(log);
  // Before the invalidations: what is replayed into a Redis that is new should find the epochs raised.
  const identity = createRedisIdentity({
    redis,
    epochs,
    clock,
    background,
    log,
    retryMs: settings.heartbeatMs,
  });
  const readEpoch = (counter: Counter) =>
    counter === 'strict' && identity.isOwed() ? undefined : epochs.read(counter);
  const keyspace = createKeyspace(app, {
    read: readEpoch,
    inUse: (counter) => epochs.inUse(counter),
  });
  const flights = createFlights();
  const l1 = createL1(clock, { maxEntries: settings.l1MaxEntries, maxBytes: settings.l1MaxBytes });
  const counts = createReadCounts(metrics);
  const shared = createSharedTier({ redis, settings, protections, nextToken });

  const forget = (entryKeys: readonly string[]) => {
    for (const entryKey of entryKeys) {
      l1.delete(entryKey);
      flights.drop(entryKey);
    }
    seals.forget(entryKeys);
  };
  const forgetAll = () => {
    l1.clear();
    flights.dropAll();
    seals.forgetAll();
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
  const seals = createSeals({ clock, bus, shared, readEpoch, enabled: protections.seals ?? true });
  const flushes = createFlushWatch({
    redis,
    epochs,
    clock,
    background,
    log,
    candidates: keyspace.signs,
    nextToken,
    everyMs: settings.heartbeatMs,
  });
  const invalidation = createInvalidation({
    redis,
    shared,
    bus,
    keyspace,
    epochs,
    metrics,
    log,
    nextToken,
    maxQueued: settings.maxQueued,
    forget,
    forgetAll,
  });
  const fills = createFills({ shared, background, random, metrics, settings, nextToken });
  const acquire = createAcquire({ clock, shared, counts, settings, nextToken });
  const loads = createLoads({ clock, shared, background, fills, counts, settings });
  const misses = createMisses({ clock, random, acquire, loads, counts, settings });
  const refreshes = createRefreshes({ background, flights, acquire, loads });
  const marks = createMarks({
    shared,
    keyspace,
    epochs,
    metrics,
    log,
    nextToken,
    enabled: protections.strict,
  });
  const { getMany, peek } = createReadThrough({
    clock,
    random,
    background,
    keyspace,
    shared,
    flights,
    l1,
    bus,
    seals,
    misses,
    refreshes,
    counts,
    settings,
  });

  return {
    getMany,
    peek,
    makings: () => createMakings(seals),
    mark: marks.mark,
    unmark: marks.unmark,
    encode(policy, value) {
      // Strict entries are read from the primary alone, and of lists with tags nobody knows the stamps here.
      if (policy.rowVersion === undefined || policy.strict || policy.tags !== undefined) return undefined;
      const encoded = fills.encode(policy, value, { startedAt: clock.now(), loadMs: 0 });
      return typeof encoded === 'string' ? undefined : encoded;
    },
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
      flushes.close();
      identity.close();
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
