import pg from 'pg';
import type { Clock } from '../clock/clock.ts';
import { zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createCancels } from './cancels.ts';
import { PoolFull } from './failures.ts';
import { createLatency } from './latency.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { openSession, type Session } from './session.ts';
import { readsOnPrimary, suspectAfterMs, type NodeSettings } from './settings.ts';
import { createSlots, type Share } from './slots.ts';
import type { Sql } from './sql.ts';

/** One Postgres server: its pool, and what was last seen of it. */
export interface DatabaseNode extends Sampler {
  /**
   * `primary`, or `replica-<n>`: its place in the configuration, and its label in the metrics. It stays when a promotion
   * changes the node's role, so that a series is one server; `gateway_postgres_node_role` tells the role.
   */
  readonly name: string;
  readonly url: string;
  /** The node's own position when last sampled. */
  position(): Lsn;
  /** How long a statement may take here, by what the latest took and how many are under way. Only for comparing. */
  cost(): number;
  /** A connection of the pool. Rejects with `PoolFull`, or the reason of the signal. */
  open(share: Share, signal?: AbortSignal): Promise<Session>;
  /** One statement on a connection of the pool. */
  rows<Row>(statement: Sql, share: Share, signal?: AbortSignal): Promise<readonly Row[]>;
  /** On the connection that takes the samples, so that it does not queue behind the load. */
  watch<Row>(statement: Sql): Promise<readonly Row[]>;
  close(): Promise<void>;
}

interface Needs {
  readonly name: string;
  readonly url: string;
  readonly epochs: boolean;
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

export function createNode({ name, url, epochs, settings, clock, metrics, log }: Needs): DatabaseNode {
  const pool = new pg.Pool(connection(url, settings, settings.poolSize));
  // A connection of its own: neither samples nor cancels may queue behind the load that they are there to judge.
  const monitor = new pg.Pool(
    connection(url, { ...settings, statementTimeoutMs: settings.connectTimeoutMs }, 1),
  );
  const waits = metrics.postgresPoolWaitSeconds.labels(name);
  const slots = createSlots({ ...bounds(settings), clock, onWaited: (ms) => waits.observe(ms / 1_000) });
  const cancels = createCancels((pids) =>
    monitor.query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [pids]),
  );
  const latency = createLatency(clock);
  const sampler = createSampler({
    ...{ name, monitor, epochs, clock, metrics, log },
    suspectAfterMs: suspectAfterMs(settings),
    onSample(ms) {
      latency.observe(ms);
      metrics.postgresPoolUsed.set({ node: name }, slots.used());
      metrics.postgresPoolWaiting.set({ node: name }, slots.waiting());
    },
  });
  metrics.postgresPoolSize.set({ node: name }, settings.poolSize);
  const queries = metrics.postgresQueries.labels(name);
  const duration = metrics.postgresSeconds.labels(name);

  // Without a listener, an idle connection that the server drops would end the process.
  for (const each of [pool, monitor]) each.on('error', (error) => sampler.eject(error));

  async function measured<T>(roundTrip: () => Promise<T>): Promise<T> {
    const startedAt = clock.monotonic();
    try {
      return await roundTrip();
    } finally {
      const ms = clock.monotonic() - startedAt;
      queries.inc();
      duration.observe(ms / 1000);
      latency.observe(ms);
    }
  }

  async function open(share: Share, signal?: AbortSignal): Promise<Session> {
    try {
      return await openSession({ pool, slots, cancels, measured }, share, signal);
    } catch (error) {
      if (error instanceof PoolFull) metrics.postgresShed.inc({ node: name });
      throw error;
    }
  }

  return {
    ...sampler,
    name,
    url,
    position: () => sampler.seen()?.position ?? zeroLsn,
    cost: () => (slots.used() + slots.waiting() + 1) * latency.smoothed(),
    open,
    async rows<Row>(statement: Sql, share: Share, signal?: AbortSignal) {
      const session = await open(share, signal);
      let failure: unknown;
      try {
        return (await session.query(toQuery(statement), signal)).rows as Row[];
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        // Behind the answer: only the next user of the connection has to wait for a cancelled statement to end.
        void session.end({ failure });
      }
    },
    watch: async <Row>(statement: Sql) => (await monitor.query(toQuery(statement))).rows as Row[],
    async close() {
      // Cancels that are under way need the monitor, and connections wait for them.
      await pool.end();
      await monitor.end();
    },
  };
}

export function toQuery(statement: Sql): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: [...statement.values] };
}

function bounds({ poolSize, poolQueue, poolWaitMs }: NodeSettings) {
  return {
    size: poolSize,
    part: Math.max(1, Math.floor(poolSize * readsOnPrimary)),
    queue: poolQueue ?? 10 * poolSize,
    waitMs: poolWaitMs ?? 500,
  };
}

function connection(
  url: string,
  settings: Omit<NodeSettings, 'poolQueue' | 'poolWaitMs'>,
  max: number,
): pg.PoolConfig {
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
