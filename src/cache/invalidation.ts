import type { Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Batch, Redis } from '../redis/redis.ts';
import type { Bus } from './bus.ts';
import type { InvalidateOptions } from './cache.ts';
import { toRowVersion } from './entry.ts';
import type { Epochs } from './epochs.ts';
import type { Keyspace } from './keyspace.ts';
import type { InvalidationOutcome } from './outcomes.ts';
import type { CacheTag, ChangedKey } from './policy.ts';
import { createRetryQueue } from './retry-queue.ts';
import type { EntryChange, SharedTier } from './shared-tier.ts';

interface Needs {
  readonly redis: Redis;
  readonly shared: SharedTier;
  readonly bus: Bus;
  readonly keyspace: Keyspace;
  readonly epochs: Pick<Epochs, 'raise'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly nextToken: () => string;
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
  epochs,
  metrics,
  log,
  nextToken,
  forget,
  forgetAll,
  ...needs
}: Needs) {
  const queue = createRetryQueue({
    maxKeys: needs.maxQueued,
    async invalidate(batch, entryKeys, lsn) {
      const changes = entryKeys.map((entryKey) => ({ entryKey }));
      const failed = await send(changes, lsn, {}, batch);
      forget(entryKeys);
      return failed;
    },
    raiseGeneration: () => epochs.raise('generation', 'invalidations were lost'),
    onOverflow() {
      count('*', 'overflow');
      log.error(
        'too many invalidations are waiting for Redis: all entries will be given up before it is used',
      );
      forgetAll();
    },
  });
  redis.beforeReturn(queue);

  function count(policy: string, outcome: InvalidationOutcome): void {
    metrics.cacheInvalidations.inc({ policy, outcome });
  }

  const send = (
    changes: readonly EntryChange[],
    lsn: Lsn,
    { conditional = false, mark = '' }: InvalidateOptions,
    batch?: Batch,
  ) =>
    shared.invalidate(
      {
        changes,
        lsn,
        conditional,
        token: mark,
        channel: bus.channel,
        message: (chunk) => bus.invalidated(chunk, lsn),
      },
      batch,
    );

  async function invalidate(
    changed: readonly (ChangedKey | CacheTag)[],
    lsn: Lsn,
    options: InvalidateOptions = {},
  ): Promise<boolean> {
    if (changed.length === 0) return true;
    const changes = [...toChanges(changed, options)];
    const failed = await send(changes, lsn, options);
    // 1. A local read finds the old entry in Redis.  2. The fence replaces it.  3. The read makes its copy.
    // Only what is forgotten after step 2 stays forgotten: by now such a read is over, or can be told not to keep it.
    forget(changes.map(({ entryKey }) => entryKey));

    const nameless = changed.some((one) => keysOf(one).length === 0);
    const isTaken = failed.length === 0 && !nameless;
    for (const one of changed) {
      const policy = 'tag' in one ? '(tags)' : one.policy.name;
      count(policy, isTaken ? 'fenced' : 'queued');
    }
    if (isTaken) return true;
    queue.add(failed, lsn);
    if (nameless) queue.lose();
    // Also where Redis answers but refuses: nobody here may read it before the queue is empty.
    redis.distrust('an invalidation failed', nameless ? undefined : failed);
    log.warn({ keys: failed.length }, 'invalidation queued');
    return false;
  }

  /** A tag goes all the way with the keys: into the same pipelines, the queue and the messages. What tells it is its key. */
  const keysOf = (one: ChangedKey | CacheTag): readonly string[] =>
    'tag' in one ? keyspace.tagsInUse(one.tag) : keyspace.entriesInUse(one.policy, one.id);

  /** By key of Redis; each once, as the last of `changed` says. */
  function toChanges(
    changed: readonly (ChangedKey | CacheTag)[],
    { before, conditional }: InvalidateOptions,
  ): Iterable<EntryChange> {
    const byEntryKey = new Map<string, EntryChange>();
    for (const one of changed) {
      const { rowVersion, written } = 'tag' in one ? {} : one;
      const isStored = written !== undefined && before !== undefined && conditional !== true;
      const change = {
        rowVersion: rowVersion === undefined ? undefined : toRowVersion(rowVersion),
        written: isStored ? { before, nonce: nextToken(), ...written } : undefined,
      };
      for (const entryKey of keysOf(one)) byEntryKey.set(entryKey, { entryKey, ...change });
    }
    return byEntryKey.values();
  }

  return { invalidate, queued: () => queue.size() };
}
