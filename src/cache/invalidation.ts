import type { Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Batch, Redis } from '../redis/redis.ts';
import type { Bus } from './bus.ts';
import type { InvalidateOptions } from './cache.ts';
import type { Keyspace } from './keyspace.ts';
import type { CacheKey, CacheTag } from './policy.ts';
import { createRetryQueue } from './retry-queue.ts';
import type { SharedTier } from './shared-tier.ts';

interface Needs {
  readonly redis: Redis;
  readonly shared: SharedTier;
  readonly bus: Bus;
  readonly keyspace: Keyspace;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly maxQueued: number;
  /** Forgets the copies in this process and ends the sharing of reads under way. */
  readonly forget: (entryKeys: readonly string[]) => void;
  readonly forgetAll: () => void;
}

export function createInvalidation({
  redis,
  shared,
  bus,
  keyspace,
  metrics,
  log,
  forget,
  forgetAll,
  ...needs
}: Needs) {
  const queue = createRetryQueue({
    maxKeys: needs.maxQueued,
    pattern: keyspace.pattern,
    async invalidate(batch, entryKeys, lsn, conditional) {
      await send(entryKeys, lsn, conditional, batch);
      forget(entryKeys);
    },
    onOverflow() {
      metrics.cacheInvalidations.inc({ policy: '*', outcome: 'overflow' });
      log.error('too many invalidations are waiting for Redis: all entries will be fenced when it returns');
      forgetAll();
    },
  });
  redis.beforeReturn(queue);

  const send = (entryKeys: readonly string[], lsn: Lsn, conditional: boolean, batch?: Batch) =>
    shared.invalidate(
      { entryKeys, lsn, conditional, channel: bus.channel, message: (chunk) => bus.invalidated(chunk, lsn) },
      batch,
    );

  async function invalidate(
    changed: readonly (CacheKey | CacheTag)[],
    lsn: Lsn,
    options: InvalidateOptions = {},
  ): Promise<boolean> {
    // A tag goes all the way with the keys: into the same pipelines, the queue and the messages. What tells it is its key.
    const keyOf = (one: CacheKey | CacheTag) =>
      'tag' in one ? keyspace.tag(one.tag) : keyspace.entry(one.policy, one.id);
    const entryKeys = [...new Set(changed.map(keyOf))];
    if (entryKeys.length === 0) return true;
    const count = (outcome: string) => {
      for (const one of changed)
        metrics.cacheInvalidations.inc({ policy: 'tag' in one ? '(tags)' : one.policy.name, outcome });
    };
    try {
      await send(entryKeys, lsn, options.conditional ?? false);
      count('fenced');
      return true;
    } catch (error) {
      count('queued');
      queue.add(entryKeys, lsn);
      // Also where Redis answers but refuses: nobody here may read it before the queue is empty.
      redis.distrust('an invalidation failed');
      log.warn({ err: error, keys: entryKeys.length }, 'invalidation queued');
      return false;
    } finally {
      // 1. A local read finds the old entry in Redis.  2. The fence replaces it.  3. The read makes its copy.
      // Only what is forgotten after step 2 stays forgotten: by now such a read is over, or can be told not to keep it.
      forget(entryKeys);
    }
  }

  return { invalidate, queued: () => queue.size() };
}
