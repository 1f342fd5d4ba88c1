import pg from 'pg';
import type { Clock } from '../clock/clock.ts';
import { laterLsn, parseLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import { unavailable } from '../errors/domain-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { CommitUnknown, isNodeFailure, toPublicError } from './failures.ts';
import { createNode, onClient, type DatabaseNode, type NodeSettings } from './node.ts';
import { createRouter } from './router.ts';
import type { Queryable, Sql } from './sql.ts';

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

/** One cluster: a primary and its replicas. Failures leave as coded errors (`UPSTREAM_UNAVAILABLE`, `TIMEOUT`, `CONFLICT`). */
export interface Database {
  /** Runs `work`, which must only read, on a replica that is fresh enough, or else on the primary; repeats it elsewhere when a node fails. */
  read<T>(need: ReadNeed, work: (db: Queryable) => Promise<T>): Promise<Read<T>>;
  /**
   * Runs `work` in one transaction on the primary, and `finish` between it and COMMIT. Where the answer to COMMIT is lost,
   * the error's `cause` chain holds a `CommitUnknown`.
   */
  write<T>(work: (tx: Queryable) => Promise<T>, finish?: () => Promise<Finish>): Promise<Committed<T>>;
  /** One statement on the primary that does not queue behind the load; for watching, not for data. */
  watch<Row>(statement: Sql): Promise<readonly Row[]>;
  /** The latest commit of this process: a floor for reads that no fence protects. */
  lastCommit(): Lsn;
  /**
   * From now on no read is answered from before what the primary has now: for when what told of earlier commits is lost.
   * Never rejects; without the primary it counts what was last seen of it.
   */
  raiseFloor(): Promise<void>;
  status(): { readonly primary: boolean; readonly replicas: readonly boolean[] };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  readonly settings: NodeSettings & { readonly sampleMs: number; readonly maxLagMs: number };
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Connects and takes the first samples, for at most one connect timeout; a node that is down then may come later. */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  const { settings, clock, metrics, log } = options;
  const node = (name: string, url: string) => createNode({ name, url, settings, clock, metrics, log });
  const primary = node('primary', options.primaryUrl);
  const replicas = options.replicaUrls.map((url, index) => node(`replica-${index + 1}`, url));
  const router = createRouter({ primary, replicas, clock, metrics, maxLagMs: settings.maxLagMs });
  let lastCommit = zeroLsn;
  let floor = zeroLsn;

  await router.sample();
  const stopSampling = clock.every(settings.sampleMs, () => void router.sample());

  async function read<T>(wanted: ReadNeed, work: (db: Queryable) => Promise<T>): Promise<Read<T>> {
    const need = { ...wanted, atLeast: laterLsn(wanted.atLeast, floor) };
    const tried = new Set<DatabaseNode>();
    for (;;) {
      const chosen = router.choose(need, tried);
      const replayed = chosen === primary ? undefined : chosen.position();
      try {
        return { value: await work(chosen), replayed };
      } catch (error) {
        if (!isNodeFailure(error)) throw toPublicError(error);
        chosen.eject(error);
        tried.add(chosen);
        if (tried.has(router.choose(need, tried))) throw toPublicError(error);
      }
    }
  }

  async function write<T>(
    work: (tx: Queryable) => Promise<T>,
    finish: () => Promise<Finish> = () => Promise.resolve({}),
  ): Promise<Committed<T>> {
    const client = await primary.connect().catch((error: unknown) => {
      primary.eject(error);
      throw unavailable('The database', error);
    });
    let broken: Error | undefined;
    try {
      await primary.measured(() => client.query('BEGIN'));
      const value = await work(onClient(client, primary));
      const last = await finish();
      const positions = await primary.measured(() => commit(client, last));
      lastCommit = laterLsn(lastCommit, positions.lsn);
      return { value, ...positions };
    } catch (error) {
      broken = await rollback(client, error);
      throw toPublicError(error);
    } finally {
      client.release(broken);
    }
  }

  return {
    read,
    write,
    watch: (statement) => primary.watch(statement),
    lastCommit: () => lastCommit,
    async raiseFloor() {
      await primary.sample();
      floor = laterLsn(floor, primary.position());
    },
    status: () => ({ primary: primary.isUp(), replicas: replicas.map((replica) => replica.isUp()) }),
    async close() {
      stopSampling();
      await Promise.all([primary, ...replicas].map((each) => each.close()));
    },
  };
}

/**
 * Message, COMMIT and the positions around it in one round trip. The *flush* position: on an idle primary a replica may
 * never reach the insert position.
 */
async function commit(
  client: pg.PoolClient,
  { message, raiseStrict }: Finish,
): Promise<{ readonly before: Lsn; readonly lsn: Lsn }> {
  const emit =
    message === undefined
      ? ''
      : `SELECT pg_logical_emit_message(true, 'cache', ${pg.escapeLiteral(message)});`;
  const raise = raiseStrict === true ? 'UPDATE cache_epochs SET strict = strict + 1;' : '';
  const results: unknown = await client
    .query(
      `${emit} ${raise} SELECT pg_current_wal_insert_lsn() AS lsn; COMMIT; SELECT pg_current_wal_flush_lsn() AS lsn`,
    )
    .catch((error: unknown) => {
      throw isNodeFailure(error) ? new CommitUnknown('no answer to COMMIT', { cause: error }) : error;
    });
  const positions = (results as readonly pg.QueryResult<{ lsn?: string }>[]).flatMap(({ rows }) =>
    rows[0]?.lsn === undefined ? [] : [parseLsn(rows[0].lsn)],
  );
  return { before: positions[0] ?? zeroLsn, lsn: positions.at(-1) ?? zeroLsn };
}

/** Resolves to the error that makes the connection unfit for the pool, if there is one. */
async function rollback(client: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  if (isNodeFailure(cause)) return cause as Error;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
