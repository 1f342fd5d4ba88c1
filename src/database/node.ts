import pg from 'pg';
import type { Clock } from '../clock/clock.ts';
import { parseLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Queryable, Sql } from './sql.ts';

export interface NodeSettings {
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** One Postgres server: its pool, and what was last seen of it. */
export interface DatabaseNode extends Queryable {
  /** `primary`, or `replica-<n>` in the order of the configuration; a label in the metrics. */
  readonly name: string;
  /** The node's own position when last sampled: replayed on a standby, flushed on a primary. A lower bound of now. */
  position(): Lsn;
  isUp(): boolean;
  /** Statements under way. */
  inFlight(): number;
  /** Takes the node out until a sample succeeds. */
  eject(reason: unknown): void;
  /** Reads the position and brings an ejected node back; never rejects. */
  sample(): Promise<void>;
  connect(): Promise<pg.PoolClient>;
  /** On the connection that takes the samples, so that it does not queue behind the load. */
  watch<Row>(statement: Sql): Promise<readonly Row[]>;
  /** Counts and times one round trip to the node. */
  measured<T>(roundTrip: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Needs {
  readonly name: string;
  readonly url: string;
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Both kinds of node answer this one statement. */
const positionSql = `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END AS lsn`;

export function createNode({ name, url, settings, clock, metrics, log }: Needs): DatabaseNode {
  const pool = new pg.Pool(connection(url, settings, settings.poolSize));
  // A connection of its own: a sample must not queue behind the load that it is there to judge.
  const monitor = new pg.Pool(
    connection(url, { ...settings, statementTimeoutMs: settings.connectTimeoutMs }, 1),
  );
  const queries = metrics.postgresQueries.labels(name);
  const duration = metrics.postgresSeconds.labels(name);
  let up = true;
  let position = zeroLsn;
  let inFlight = 0;
  let sampling: Promise<void> | undefined;

  // Without a listener, an idle connection that the server drops would end the process.
  for (const each of [pool, monitor]) each.on('error', (error) => eject(error));
  // The same goes for one in use: its statement fails with the error, and the client tells of it once more.
  for (const each of [pool, monitor]) each.on('connect', (client) => client.on('error', () => undefined));

  function eject(reason: unknown): void {
    if (up) log.warn({ node: name, err: reason }, 'database node ejected');
    up = false;
    metrics.postgresNodeUp.set({ node: name }, 0);
  }

  async function measured<T>(roundTrip: () => Promise<T>): Promise<T> {
    inFlight += 1;
    const startedAt = clock.monotonic();
    try {
      return await roundTrip();
    } finally {
      inFlight -= 1;
      queries.inc();
      duration.observe((clock.monotonic() - startedAt) / 1000);
    }
  }

  async function takeSample(): Promise<void> {
    try {
      const { rows: found } = await monitor.query<{ lsn: string | null }>(positionSql);
      const lsn = found[0]?.lsn;
      if (lsn != null) position = parseLsn(lsn);
      if (!up) log.info({ node: name }, 'database node is back');
      up = true;
      metrics.postgresNodeUp.set({ node: name }, 1);
      metrics.postgresPoolUsed.set({ node: name }, pool.totalCount - pool.idleCount);
      metrics.postgresPoolWaiting.set({ node: name }, pool.waitingCount);
    } catch (error) {
      eject(error);
    }
  }

  return {
    name,
    rows: async <Row>(statement: Sql) => (await measured(() => pool.query(toQuery(statement)))).rows as Row[],
    position: () => position,
    isUp: () => up,
    inFlight: () => inFlight,
    eject,
    // One at a time: a server that hangs must not pile them up.
    sample: () =>
      (sampling ??= takeSample().finally(() => {
        sampling = undefined;
      })),
    connect: () => pool.connect(),
    watch: async <Row>(statement: Sql) => (await monitor.query(toQuery(statement))).rows as Row[],
    measured,
    async close() {
      await sampling;
      await Promise.all([pool.end(), monitor.end()]);
    },
  };
}

/** Statements inside a transaction: the same shape as a node, on one connection. */
export function onClient(client: pg.PoolClient, { measured }: Pick<DatabaseNode, 'measured'>): Queryable {
  return {
    rows: async <Row>(statement: Sql) =>
      (await measured(() => client.query(toQuery(statement)))).rows as Row[],
  };
}

function connection(url: string, settings: NodeSettings, max: number): pg.PoolConfig {
  return {
    connectionString: url,
    max,
    application_name: 'tributary',
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: settings.statementTimeoutMs,
    // The server ends a slow statement; this ends one whose server no longer answers at all.
    query_timeout: settings.statementTimeoutMs + 500,
    idle_in_transaction_session_timeout: settings.statementTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
  };
}

/** `bigint` columns become BigInt, because money must not pass through a float. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, BigInt);

function toQuery(statement: Sql): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: [...statement.values] };
}
