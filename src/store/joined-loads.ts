import type { Loaded } from '../cache/source.ts';
import type { CachePolicy } from '../cache/policy.ts';
import type { Clock } from '../clock/clock.ts';
import { reasonOf, untilAborted } from '../database/aborted.ts';
import type { Database, ReadNeed } from '../database/database.ts';
import type { Select } from './store.ts';

/** Loads what a batch of one request wants. Rejects as the database does, or with the reason of the order's own signal. */
export type JoinedLoads = <Key, Value>(order: Order<Key, Value>) => Promise<Loaded<Key, Value>>;

export interface Order<Key, Value> {
  readonly policy: Pick<CachePolicy<Key, Value>, 'key'>;
  /** Orders with the same one, by identity, may be joined. */
  readonly select: Select<Key, Value>;
  readonly cluster: Pick<Database, 'read'>;
  readonly keys: readonly Key[];
  readonly need: ReadNeed;
}

interface Batch<Key, Value> extends Pick<Order<Key, Value>, 'policy' | 'cluster'> {
  readonly need: Omit<ReadNeed, 'signal'>;
  readonly keys: Map<string, Key>;
  readonly signals: (AbortSignal | undefined)[];
  readonly loaded: Promise<LoadedForAll<Key, Value>>;
}

interface LoadedForAll<Key, Value> extends Loaded<Key, Value> {
  /** Found by the first who wants a part, for all: what each looked through anew would grow with their square. */
  byId: ReadonlyMap<string, Value> | undefined;
}

/** Longer lists of keys become several statements. */
export const mostKeys = 500;

/**
 * One statement for what all requests ask of a table in one turn of the event loop: below their loaders, each of which knows one
 * request. It is sent when the loop has looked at its sockets, so that nothing waits for company that has not come. Only what
 * needs the same position is joined: who wrote a moment ago does not bring others to the primary. A statement that fails,
 * fails for all who are in it; it is cancelled when the last of them has gone.
 */
export function createJoinedLoads(clock: Pick<Clock, 'afterPoll'>): JoinedLoads {
  const open = new Map<unknown, Batch<unknown, unknown>[]>();

  function findBatch<Key, Value>({ select, cluster, keys, need }: Order<Key, Value>) {
    const batches = open.get(select) as Batch<Key, Value>[] | undefined;
    return batches?.find(
      (batch) =>
        batch.cluster === cluster &&
        batch.need.atLeast === need.atLeast &&
        batch.need.primary === need.primary &&
        batch.keys.size + keys.length <= mostKeys,
    );
  }

  function begin<Key, Value>({ policy, select, cluster, need }: Order<Key, Value>): Batch<Key, Value> {
    const keys = new Map<string, Key>();
    const signals: (AbortSignal | undefined)[] = [];
    const { atLeast, primary } = need;
    const loaded = clock.afterPoll().then(async () => {
      open.delete(select);
      const { signal, stop } = whenAllAborted(signals);
      try {
        const wanted = [...keys.values()];
        const read = await cluster.read({ atLeast, primary, signal }, (db) => select(db, wanted));
        return { values: read.value, replayed: read.replayed, byId: undefined };
      } finally {
        stop();
      }
    });
    const batch = { policy, cluster, need: { atLeast, primary }, keys, signals, loaded };
    const batches = open.get(select);
    if (batches === undefined) open.set(select, [batch]);
    else batches.push(batch);
    return batch;
  }

  return async (order) => {
    const { policy, keys, need } = order;
    const batch = findBatch(order) ?? begin(order);
    for (const key of keys) {
      const id = policy.key(key);
      if (!batch.keys.has(id)) batch.keys.set(id, key);
    }
    batch.signals.push(need.signal);
    const loaded = await untilAborted(batch.loaded, need.signal);
    return batch.signals.length === 1 ? loaded : partOf(loaded, order);
  };
}

/** The keys of others in the same statement are not this one's to look at. */
function partOf<Key, Value>(
  loaded: LoadedForAll<Key, Value>,
  { policy, keys }: Order<Key, Value>,
): Loaded<Key, Value> {
  loaded.byId ??= indexed(loaded.values, policy);
  const part = new Map<Key, Value>();
  for (const key of keys) {
    const value = loaded.byId.get(policy.key(key));
    if (value !== undefined) part.set(key, value);
  }
  return { values: part, replayed: loaded.replayed };
}

function indexed<Key, Value>(
  values: ReadonlyMap<Key, Value>,
  policy: Order<Key, Value>['policy'],
): ReadonlyMap<string, Value> {
  const byId = new Map<string, Value>();
  for (const [key, value] of values) byId.set(policy.key(key), value);
  return byId;
}

interface Watch {
  readonly signal: AbortSignal | undefined;
  readonly stop: () => void;
}

/** Aborted with the last of them; never where one of them cannot be. */
function whenAllAborted(signals: readonly (AbortSignal | undefined)[]): Watch {
  const [only] = signals;
  if (signals.length === 1) return { signal: only, stop: () => undefined };
  const all = signals.filter((signal) => signal !== undefined);
  if (all.length < signals.length) return { signal: undefined, stop: () => undefined };
  const controller = new AbortController();
  let left = all.length;
  const leave = (signal: AbortSignal) => {
    left -= 1;
    if (left === 0) controller.abort(reasonOf(signal));
  };
  const stops = all.map((signal) => {
    const listener = () => leave(signal);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  });
  return { signal: controller.signal, stop: () => stops.forEach((stop) => stop()) };
}
