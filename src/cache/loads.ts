import type { Cancel, Clock } from '../clock/clock.ts';
import { watchAbandonment } from './abandonment.ts';
import type { Background } from './background.ts';
import type { Fills } from './fills.ts';
import type { Loaded, LoadNeed } from './source.ts';
import { noRowVersion, toRowVersion } from './entry.ts';
import { deepFreeze } from './freeze.ts';
import type { ReadCounts } from './read-counts.ts';
import type { CacheSettings } from './settings.ts';
import { splitByShard } from './shards.ts';
import type { SharedTier } from './shared-tier.ts';
import { latestFence, type Question, type Wanted } from './wanted.ts';

/** Reads the source and answers with what it says. */
export interface Loads {
  /** Lands or fails every flight of the question; rejects only where the source cannot say which shard a key is of. */
  run<Key, Value>(question: Question<Key, Value>, token: string, isRefresh?: boolean): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  readonly shared: Pick<SharedTier, 'renew'>;
  readonly background: Background;
  readonly settings: Pick<CacheSettings, 'leaseMs'>;
  readonly fills: Fills;
  readonly counts: ReadCounts;
}

/** A lease is prolonged so often in its life: once may come late. */
const renewals = 3;

export function createLoads({ clock, shared, background, fills, counts, settings }: Needs): Loads {
  /** Shards are asked apart: one may fail alone, and their positions in the log cannot be compared. */
  async function run<Key, Value>(
    question: Question<Key, Value>,
    token: string,
    isRefresh = false,
  ): Promise<void> {
    const { source, wanted } = question;
    const shards = splitByShard(wanted, source, ({ key }) => key);
    await Promise.all(shards.map((part) => load({ ...question, wanted: part }, token, isRefresh)));
  }

  /** One statement for what is ours to fill and for what can only be read; the fills follow behind the answer. */
  async function load<Key, Value>(
    question: Question<Key, Value>,
    token: string,
    isRefresh: boolean,
  ): Promise<void> {
    const { policy, wanted } = question;
    const held = wanted.filter(({ hold }) => hold !== undefined);
    const abandonment = watchAbandonment(wanted.map(({ flight }) => flight));
    const { signal } = abandonment;
    const stopRenewing = renew(held, token);
    const startedAt = clock.now();
    const startedMonotonic = clock.monotonic();
    try {
      const { values, replayed } = await abandonment.race(() => loadCurrent(question, signal));
      const byId = new Map<string, Value>();
      for (const [key, value] of values) byId.set(policy.key(key), deepFreeze(value));
      const loadMs = clock.monotonic() - startedMonotonic;
      const states = fills.fill({ policy, token, held, byId, replayed, startedAt, loadMs });
      for (const { id, flight } of wanted) flight.land(byId.get(id), states.get(id));
      counts.add(policy.name, 'source', isRefresh ? 'refreshed' : 'loaded', held.length);
      counts.add(policy.name, 'source', 'uncached', wanted.length - held.length);
    } catch (error) {
      const why = signal.aborted ? 'abandoned' : isRefresh ? 'refresh_failed' : 'failed';
      counts.add(policy.name, 'source', why, wanted.length);
      // Released, not left to expire: the next reader should meet the source's failure, or its recovery, without waiting.
      fills.release(policy.name, token, held, signal.aborted ? 'abandoned' : 'load_failed');
      const fallen = wanted.filter((one) => fallBack(one, error));
      if (!signal.aborted) counts.add(policy.name, 'redis', 'stale_error', fallen.length);
    } finally {
      stopRenewing();
      abandonment.end();
    }
  }

  /** Else everybody who waits would read the source as well, one after the other, because it is slow. */
  function renew(held: readonly Pick<Wanted<never, never>, 'entryKey' | 'hold'>[], token: string): Cancel {
    const leased = held.filter(({ hold }) => hold === 'lease').map(({ entryKey }) => entryKey);
    if (leased.length === 0) return () => undefined;
    return clock.every(settings.leaseMs / renewals, () =>
      background.run('renewing leases', shared.renew(leased, token)),
    );
  }

  return { run };
}

/** A replica may have passed the fence and still not have the row's last version (invalidate-1.lua): then the primary has. */
async function loadCurrent<Key, Value>(
  { policy, source, wanted }: Question<Key, Value>,
  signal: AbortSignal,
): Promise<Loaded<Key, Value>> {
  const keys = wanted.map(({ key }) => key);
  const need: LoadNeed = { atLeast: latestFence(wanted), primary: policy.strict, signal };
  const loaded = await source.load(keys, need);
  if (loaded.replayed === undefined || !wanted.some(({ row }) => row > noRowVersion)) return loaded;
  const versions = new Map(
    [...loaded.values].map(([key, value]) => [
      policy.key(key),
      toRowVersion(policy.rowVersion?.(value) ?? 0),
    ]),
  );
  const isCurrent = wanted.every(({ id, row }) => (versions.get(id) ?? noRowVersion) >= row);
  return isCurrent ? loaded : source.load(keys, { ...need, primary: true });
}

/** Answers with the value that was seen past its grace, where there is one, and otherwise with the error. */
function fallBack<Key, Value>({ flight, fallback }: Wanted<Key, Value>, error: unknown): boolean {
  if (fallback === undefined) flight.fail(error);
  else flight.land(fallback.value);
  return fallback !== undefined;
}
