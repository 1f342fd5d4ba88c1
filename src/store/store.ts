import DataLoader from 'dataloader';
import type { Cache } from '../cache/cache.ts';
import type { Source } from '../cache/source.ts';
import type { Effect, Makings } from '../cache/makings.ts';
import type { CachePolicy } from '../cache/policy.ts';
import type { Clock } from '../clock/clock.ts';
import type { Deadline } from '../clock/deadline.ts';
import { laterLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Database, ReadNeed } from '../database/database.ts';
import type { Shard } from '../database/shards.ts';
import type { Queryable } from '../database/sql.ts';
import type { Changed } from './changes.ts';
import { mostKeys, type JoinedLoads } from './joined-loads.ts';
import { createKeyedLoader } from './keyed-loader.ts';
import type { Transactions } from './transactions.ts';

export type { Changed } from './changes.ts';

/** One request's only door to data. What it loads, it loads once; what it wrote, it sees. */
export interface Store {
  /**
   * A loader over the cache. The loads of one tick become one batch of cache reads and one statement for what is not
   * cached. Throws when another policy of the same name was registered before. Where `shardOf` says that keys lie on several
   * shards, each is asked by itself and fails alone; strict policies cannot be spread, for their epochs are the main cluster's.
   */
  cached<Key, Value>(
    policy: CachePolicy<Key, Value>,
    select: Select<Key, Value>,
    shardOf?: (key: Key) => Shard,
  ): Loader<Key, Value>;
  /**
   * A loader over live state, which is not cached: the loads of one tick become one `look`. A key that the answer leaves
   * out has no value.
   */
  batched<Value>(
    look: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value | undefined>>,
  ): Loader<string, Value>;
  /**
   * Reads past the cache, on a node that has replayed whatever this request wrote, or on the primary. What earlier requests
   * of the client wrote is known of the main cluster only: of others the primary is asked.
   */
  read<T>(query: (db: Queryable) => Promise<T>, options?: Pick<ReadNeed, 'primary'> & Placed): Promise<T>;
  /**
   * One transaction on the primary, of the main cluster or of the shard's. Every cached row that it changes is named through `changed`; when the returned
   * promise resolves, no gateway's Redis holds an older one.
   */
  write<T>(work: (tx: Queryable, changed: Changed) => Promise<T>, options?: Placed): Promise<T>;
  /**
   * What reading does beside answering, such as counting it: done now, and each time the answer is given again that is made of
   * what was read. `effect` outlives the request, so it must not hold anything of it.
   */
  readonly eachTime: (effect: Effect, what: string) => void;
  /** From now on notes what is read, for an answer that may be kept. What was loaded before is loaded again, to be noted. */
  readonly noteIn: (makings: Makings) => void;
  /** False while copies in this process may be older than what this client has seen: then it is not given kept answers either. */
  readonly usesCopies: () => boolean;
  /** From now on this request's reads are not from before `seen`, which earlier requests of the same client saw or made. */
  readonly see: (seen: Seen) => void;
  /** The latest commit of this request's own; undefined while there is none. */
  readonly lastWrite: () => Written | undefined;
}

/** Where data lies that is spread over clusters; the main one where nothing is said. */
interface Placed {
  readonly shard?: Pick<Shard, 'database'> | undefined;
}

/** A write that was acknowledged. */
export interface Written {
  /** A position of the main cluster, not before the commit's where that was there. */
  readonly lsn: Lsn;
  /** Epoch ms after its invalidation was sent: a gateway that has not heard of it by then is cut off from the bus. */
  readonly at: number;
}

/** How far reads must be that come after a write through another gateway. */
export interface Seen {
  readonly lsn: Lsn;
  /** Epoch ms; until then copies in this process may be older, because the bus may not have told of the write. */
  readonly skipCopiesUntil: number;
}

/** Loads many rows in one statement; a key without a row is left out of the map. A batch is the only form. */
export type Select<Key, Value> = (db: Queryable, keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;

export interface Loader<Key, Value> {
  /** The row, or undefined where there is none. */
  readonly load: (key: Key) => Promise<Value | undefined>;
  /** In the order of the keys. */
  readonly loadMany: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>;
}

interface Needs {
  readonly cache: Cache;
  readonly database: Database;
  readonly transactions: Transactions;
  /** Shared with all stores of this process. */
  readonly loads: JoinedLoads;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly seen?: Seen | undefined;
  /**
   * False where the store outlives a request, as that of a stream: what is loaded again is then looked for again. Loads of
   * one tick are one batch all the same.
   */
  readonly remembers?: boolean;
}

interface Registered {
  readonly policy: unknown;
  readonly loader: unknown;
  readonly forget: (id: string) => void;
  readonly forgetAll: () => void;
}

export function createStore({
  cache,
  database,
  transactions,
  loads,
  deadline,
  clock,
  seen,
  remembers = true,
}: Needs): Store {
  const registered = new Map<string, Registered>();
  /** By cluster, for positions in different logs cannot be compared. */
  const floors = new Map<Database, Lsn>([[database, seen?.lsn ?? zeroLsn]]);
  let skipCopiesUntil = seen?.skipCopiesUntil ?? 0;
  let lastWrite: Written | undefined;
  /** Set when Redis did not take an invalidation of ours: from then on this request cannot trust what Redis holds. */
  let uncached = false;
  let makings: Makings | undefined;

  function cached<Key, Value>(
    policy: CachePolicy<Key, Value>,
    select: Select<Key, Value>,
    shardOf?: (key: Key) => Shard,
  ): Loader<Key, Value> {
    const known = registered.get(policy.name);
    if (known !== undefined) {
      if (known.policy !== policy) throw new Error(`two cache policies are named ${policy.name}`);
      return known.loader as Loader<Key, Value>;
    }
    if (policy.strict && shardOf !== undefined) throw new Error(`${policy.name} is strict and spread`);
    const keyed = createLoader(policy, createSource(policy, select, shardOf));
    const loader: Loader<Key, Value> = {
      load: keyed.load,
      loadMany: (keys) => Promise.all(keys.map(keyed.load)),
    };
    registered.set(policy.name, {
      policy,
      loader,
      forget: keyed.clear,
      forgetAll: keyed.clearAll,
    });
    return loader;
  }

  /** Keyed by the id, so that a key is dropped by the same derivation that invalidates it. */
  function createLoader<Key, Value>(policy: CachePolicy<Key, Value>, source: Source<Key, Value>) {
    return createKeyedLoader<Key, Value>({
      idOf: (key) => policy.key(key),
      remembers,
      read(keys, onFailure) {
        makings?.expect(keys.length);
        if (skipsCopies()) makings?.spoil('past_cache');
        const { signal } = deadline;
        const options = { uncached, skipL1: skipsCopies(), makings, signal, onFailure };
        return deadline.race(cache.getMany(policy, keys, source, options));
      },
    });
  }

  function createSource<Key, Value>(
    policy: CachePolicy<Key, Value>,
    select: Select<Key, Value>,
    shardOf: ((key: Key) => Shard) | undefined,
  ): Source<Key, Value> {
    return {
      shardOf: shardOf && ((key) => shardOf(key).name),
      load(keys, { atLeast, primary, signal }) {
        const [first] = keys;
        const cluster = first === undefined ? database : (shardOf?.(first).database ?? database);
        // Without Redis no fence tells of writes; this process knows at least its own.
        const fenced = cache.status().redis === 'up' ? atLeast : laterLsn(atLeast, cluster.lastCommit());
        const need = {
          atLeast: laterLsn(fenced, floorOf(cluster)),
          primary: primary ? ('preferred' as const) : undefined,
          signal,
        };
        return loads({ policy, select, cluster, keys, need });
      },
    };
  }

  function batched<Value>(
    look: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value | undefined>>,
  ): Loader<string, Value> {
    const loader = new DataLoader<string, Value | undefined>(
      async (keys) => {
        makings?.spoil('live');
        const found = await deadline.race(look([...new Set(keys)]));
        return keys.map((key) => found.get(key));
      },
      { maxBatchSize: mostKeys, cache: remembers },
    );
    const load = (key: string) => loader.load(key);
    return { load, loadMany: (keys) => Promise.all(keys.map(load)) };
  }

  async function read<T>(
    query: (db: Queryable) => Promise<T>,
    { primary, shard }: Pick<ReadNeed, 'primary'> & Placed = {},
  ): Promise<T> {
    makings?.spoil('statement');
    const { signal } = deadline;
    const cluster = shard?.database ?? database;
    const need = {
      atLeast: floorOf(cluster),
      primary: cluster === database ? primary : (primary ?? 'preferred'),
      signal,
    };
    const { value } = await deadline.race(cluster.read(need, query));
    return value;
  }

  async function write<T>(
    work: (tx: Queryable, changed: Changed) => Promise<T>,
    { shard }: Placed = {},
  ): Promise<T> {
    makings?.spoil('write');
    const cluster = shard?.database ?? database;
    // A client that has been told of a time-out must not find the change made afterwards, where that can be helped.
    deadline.check();
    return deadline.race(
      transactions
        .on(cluster)
        .write(work, deadline.signal)
        .then(({ value, lsn, changed, isInvalidated }) => {
          // Even where the client has stopped waiting, the commit stands, and what this request does next must follow it.
          raiseFloor(cluster, lsn);
          const inMain = cluster === database ? lsn : zeroLsn;
          lastWrite = { lsn: laterLsn(lastWrite?.lsn ?? inMain, inMain), at: clock.now() };
          if (!isInvalidated) uncached = true;
          for (const { policy, id } of changed) registered.get(policy.name)?.forget(id);
          return value;
        }),
    );
  }

  const skipsCopies = () => clock.now() < skipCopiesUntil;
  const floorOf = (cluster: Database) => floors.get(cluster) ?? zeroLsn;
  const raiseFloor = (cluster: Database, lsn: Lsn) =>
    void floors.set(cluster, laterLsn(floorOf(cluster), lsn));

  function see(more: Seen): void {
    raiseFloor(database, more.lsn);
    skipCopiesUntil = Math.max(skipCopiesUntil, more.skipCopiesUntil);
  }

  function eachTime(effect: Effect, what: string): void {
    makings?.again(effect, what);
    effect(what);
  }

  function noteIn(more: Makings): void {
    for (const { forgetAll } of registered.values()) forgetAll();
    makings = more;
  }

  return {
    cached,
    batched,
    read,
    write,
    eachTime,
    noteIn,
    see,
    usesCopies: () => !uncached && !skipsCopies(),
    lastWrite: () => lastWrite,
  };
}
