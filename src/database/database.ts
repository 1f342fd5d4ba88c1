import type { Cancel, Clock } from '../clock/clock.ts';
import { laterLsn, parseLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import { systemRandom, type Random } from '../clock/random.ts';
import { unavailable } from '../errors/domain-error.ts';
import { untilAborted } from './aborted.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createEpochs, type EpochRow, type Epochs } from './epochs.ts';
import { createNode, type DatabaseNode } from './node.ts';
import { createReader } from './reader.ts';
import { createRoles, type Role } from './roles.ts';
import { createRouter } from './router.ts';
import { suspectAfterMs, type DatabaseSettings } from './settings.ts';
import { sql, type Queryable, type Sql } from './sql.ts';
import { createWriter } from './writer.ts';

export interface ReadNeed {
  /** The read must see every commit up to here. */
  readonly atLeast: Lsn;
  /** Aborted: the statement is cancelled on the server, and the read rejects. */
  readonly signal?: AbortSignal | undefined;
  /** `only`: the primary or nobody. `preferred`: a replica just while the primary cannot be reached. */
  readonly primary?: 'only' | 'preferred' | undefined;
}

export interface Read<T> {
  readonly value: T;
  /** The replica's position sampled before the read; undefined where the primary answered. */
  readonly replayed: Lsn | undefined;
}

export interface Committed<T> {
  readonly value: T;
  /** A position not before the commit's. */
  readonly lsn: Lsn;
  /** A position before the commit's and after the last statement of the work, while its rows were locked. */
  readonly before: Lsn;
}

/** What a transaction does beside its work, between that and COMMIT. */
export interface Finish {
  /** Written to the log in the same transaction, for whoever follows the log. */
  readonly message?: string | undefined;
  /** Raises the strict epoch in the same transaction. */
  readonly raiseStrict?: boolean | undefined;
}

export interface WriteOptions {
  /**
   * Aborted before COMMIT is sent: the statement under way is cancelled, everything is rolled back, and the write rejects
   * with the signal's reason at once. Afterwards it is ignored.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface NodeStatus {
  /** As in the metrics: its place in the configuration. */
  readonly name: string;
  /** `refused`: claims to be the primary and is not, such as one that has come back after a promotion. */
  readonly role: Role;
  /** Whether it is asked in its role. */
  readonly up: boolean;
}

/** One cluster: a primary and its replicas. Failures leave as coded errors (`UPSTREAM_UNAVAILABLE`, `TIMEOUT`, `CONFLICT`). */
export interface Database {
  /** Runs `work`, which must only read, on a replica that is fresh enough, or else on the primary; repeats it elsewhere when a node fails. */
  read<T>(need: ReadNeed, work: (db: Queryable) => Promise<T>): Promise<Read<T>>;
  /**
   * Runs `work` in one transaction on the primary, and `finish` between it and COMMIT. Where the answer to COMMIT is lost,
   * the error's `cause` chain holds a `CommitUnknown`.
   */
  write<T>(
    work: (tx: Queryable) => Promise<T>,
    finish?: () => Promise<Finish>,
    options?: WriteOptions,
  ): Promise<Committed<T>>;
  /** One statement on the primary that does not queue behind the load; for watching, not for data. */
  watch<Row>(statement: Sql): Promise<readonly Row[]>;
  /** Of the present primary, as far as is known. */
  readonly primaryUrl: () => string;
  /** The latest commit of this process: a floor for reads that no fence protects. */
  lastCommit(): Lsn;
  /**
   * From now on no read is answered from before what the primary has now: for when what told of earlier commits is lost.
   * Reads that come meanwhile wait for it. Never rejects; without the primary it counts what was last seen of it.
   */
  raiseFloor(): Promise<void>;
  /** Where the primary was when last sampled. */
  position(): Lsn;
  /** The cache's counters; nothing is known of them unless they are asked for when the database is made. */
  readonly epochs: Epochs;
  /** Tells that the generation is another than before, whoever has raised it: all entries of the cache are given up. */
  onGeneration(listener: () => void): Cancel;
  /** By present role: `primary` and `replicas` are the same facts in short. */
  status(): {
    readonly primary: boolean;
    readonly replicas: readonly boolean[];
    readonly nodes: readonly NodeStatus[];
  };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The first guess; whichever node is the primary now takes the writes. */
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  /** Where there are several clusters: begins the names of this one's nodes. */
  readonly name?: string | undefined;
  /** Keeps `epochs` up to date; the table must be there. */
  readonly epochs?: boolean | undefined;
  /** Told when the generation is another than the one before: also where it was raised by somebody else. */
  readonly onGeneration?: (() => void) | undefined;
  readonly settings: DatabaseSettings;
  readonly clock: Clock;
  readonly random?: Random | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Connects and takes the first samples, for at most one connect timeout; a node that is down then may come later. */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  const { settings, clock, metrics, log, random = systemRandom } = options;
  const withEpochs = options.epochs === true;
  const nodes = createNodes(options, withEpochs);
  const roles = createRoles({ nodes, metrics, log });
  let floor = zeroLsn;
  let raising: Promise<void> | undefined;
  const onGeneration = new Set(options.onGeneration === undefined ? [] : [options.onGeneration]);

  const { epochs, takeIn, noteTimeline } = createEpochs({
    licenceMs: settings.strictLicenceMs ?? 300,
    ...{ clock, metrics, log },
    change: (statement) => primaryOrThrow().rows(statement, 'whole'),
    async look() {
      const [row] = await primaryOrThrow().watch<Omit<EpochRow, 'position'> & { position: string }>(
        readEpochs,
      );
      return row && { ...row, position: parseLsn(row.position) };
    },
    onGeneration(position) {
      floor = laterLsn(floor, position);
      if (epochs.read('generation') !== undefined) for (const listener of onGeneration) listener();
    },
    isPrimaryReachable: () => router.isPrimaryCalm(),
  });
  const router = createRouter({
    ...{ nodes, roles, clock, random, metrics },
    maxLagMs: settings.maxLagMs,
    sampleMs: settings.sampleMs,
    refreshMs: suspectAfterMs(settings),
    onPrimarySample(sample) {
      if (sample.epochs !== undefined) takeIn(sample.epochs, sample.startedAt);
      if (sample.isPromoted && sample.timeline !== undefined) noteTimeline(sample.timeline);
    },
  });
  const writer = createWriter({ roles, router, clock, withEpochs, takeIn });
  const read = createReader({ roles, router });

  await router.sample();
  const stopSampling = clock.every(settings.sampleMs, () => void router.sample());

  function primaryOrThrow(): DatabaseNode {
    if (!roles.isPrimaryUp()) throw unavailable('The database');
    return roles.primary();
  }

  function statusOf(node: DatabaseNode): NodeStatus {
    const role = roles.of(node);
    const answers = node.isUp() && !node.isSuspect();
    return {
      name: node.name,
      role,
      up: answers && role !== 'refused' && (role === 'replica' || roles.isPrimaryUp()),
    };
  }

  async function findFloor(): Promise<void> {
    await roles.primary().freshSample();
    floor = laterLsn(floor, roles.primary().position());
  }

  return {
    async read(need, work) {
      if (raising !== undefined) await untilAborted(raising, need.signal);
      return read({ ...need, atLeast: laterLsn(need.atLeast, floor) }, work);
    },
    write: writer.write,
    watch: (statement) => roles.primary().watch(statement),
    primaryUrl: () => roles.primary().url,
    lastCommit: writer.lastCommit,
    raiseFloor() {
      const latest = findFloor().finally(() => {
        if (raising === latest) raising = undefined;
      });
      return (raising = latest);
    },
    position: () => roles.primary().position(),
    epochs,
    onGeneration(listener) {
      onGeneration.add(listener);
      return () => void onGeneration.delete(listener);
    },
    status() {
      const all = nodes.map(statusOf);
      const up = (wanted: boolean) =>
        all.filter(({ role }) => (role === 'primary') === wanted).map((node) => node.up);
      return { primary: up(true)[0] ?? false, replicas: up(false), nodes: all };
    },
    async close() {
      stopSampling();
      await Promise.all(nodes.map((each) => each.close()));
    },
  };
}

const readEpochs = sql`SELECT pg_current_wal_flush_lsn() AS position, generation, strict, redis FROM cache_epochs`;

function createNodes(
  { primaryUrl, replicaUrls, name, settings, clock, metrics, log }: DatabaseOptions,
  epochs: boolean,
): readonly [DatabaseNode, ...DatabaseNode[]] {
  const prefix = name === undefined ? '' : `${name}-`;
  const node = (part: string, url: string) =>
    createNode({ name: `${prefix}${part}`, url, epochs, settings, clock, metrics, log });
  return [node('primary', primaryUrl), ...replicaUrls.map((url, index) => node(`replica-${index + 1}`, url))];
}
