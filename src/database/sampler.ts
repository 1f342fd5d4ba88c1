import type pg from 'pg';
import type { Clock } from '../clock/clock.ts';
import { parseLsn, type Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { EpochRow } from './epochs.ts';

/** What a node said of itself. */
export interface Sample {
  /** Monotonic time when it was asked: whatever was committed before is in the sample. */
  readonly startedAt: number;
  /** Replayed on a standby, flushed on a primary. A lower bound of now. */
  readonly position: Lsn;
  readonly isStandby: boolean;
  /** Eight hex digits that grow with every promotion; undefined on a standby. */
  readonly timeline: string | undefined;
  readonly epochs: EpochRow | undefined;
  /** The epochs were last raised on another timeline: the node has been promoted since. */
  readonly isPromoted: boolean;
}

/** What is known of a node's health, from samples on a connection of its own and from failures elsewhere. */
export interface Sampler {
  /** The latest good sample. */
  seen(): Sample | undefined;
  isUp(): boolean;
  /** A sample is overdue: the node may be frozen. Not asked while another will do. */
  isSuspect(): boolean;
  /** Calls `listener` whenever the node becomes suspect; returns the way to stop that. */
  onSuspect(listener: () => void): () => void;
  /** Takes the node out until a sample succeeds. */
  eject(reason: unknown): void;
  /** Never rejects. One at a time: a server that hangs must not pile them up. */
  sample(): Promise<void>;
  /** A sample that begins after the call. */
  freshSample(): Promise<void>;
}

interface Needs {
  readonly name: string;
  readonly monitor: pg.Pool;
  readonly suspectAfterMs: number;
  /** Whether the table of the cache's epochs is there to be read. */
  readonly epochs: boolean;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** After every good sample, with its duration. */
  readonly onSample: (ms: number) => void;
}

interface SampleRow {
  readonly standby: boolean;
  readonly position: string | null;
  readonly timeline: string | null;
  readonly generation?: bigint | null;
  readonly strict?: bigint | null;
  readonly redis?: string | null;
  readonly promoted?: boolean | null;
}

/** Every kind of node answers this one statement. The name of a log file begins with the timeline. */
const state = `SELECT pg_is_in_recovery() AS standby,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END AS position,
  CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline`;

const plain = { name: 'sample', text: state };
const withEpochs = {
  name: 'sample-epochs',
  text: `SELECT node.*, generation, strict, redis, epochs.timeline <> node.timeline AS promoted
    FROM (${state}) AS node LEFT JOIN cache_epochs AS epochs ON true`,
};

export function createSampler({ name, monitor, clock, metrics, log, ...needs }: Needs): Sampler {
  const { suspectAfterMs, epochs, onSample } = needs;
  const listeners = new Set<() => void>();
  let seen: Sample | undefined;
  let isUp = true;
  let isSuspect = false;
  let sampling: Promise<void> | undefined;

  function eject(reason: unknown): void {
    if (isUp) log.warn({ node: name, err: reason }, 'database node ejected');
    isUp = false;
    metrics.postgresNodeUp.set({ node: name }, 0);
  }

  function suspect(): void {
    if (isSuspect) return;
    isSuspect = true;
    metrics.postgresNodeUp.set({ node: name }, 0);
    log.warn({ node: name, overdueMs: suspectAfterMs }, 'database node does not answer its samples');
    for (const listener of listeners) listener();
  }

  async function takeSample(): Promise<void> {
    // Closed meanwhile: that says nothing of the node.
    if (monitor.ending) return;
    const startedAt = clock.monotonic();
    let isPending = true;
    const stopTimer = clock.after(suspectAfterMs, () => {
      // The answer may lie in the socket's buffer, unread, because this process was busy.
      void clock.afterPoll().then(() => {
        if (isPending) suspect();
      });
    });
    try {
      const { rows } = await monitor.query<SampleRow>(epochs ? withEpochs : plain);
      seen = toSample(rows[0], startedAt) ?? seen;
      if (!isUp || isSuspect) log.info({ node: name }, 'database node is back');
      isUp = true;
      isSuspect = false;
      metrics.postgresNodeUp.set({ node: name }, 1);
      onSample(clock.monotonic() - startedAt);
    } catch (error) {
      eject(error);
    } finally {
      isPending = false;
      stopTimer();
    }
  }

  const sample = () =>
    (sampling ??= takeSample().finally(() => {
      sampling = undefined;
    }));

  return {
    seen: () => seen,
    isUp: () => isUp,
    isSuspect: () => isSuspect,
    onSuspect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    eject,
    sample,
    async freshSample() {
      await sampling;
      await sample();
    },
  };
}

/** Undefined for a standby that has not replayed anything since it started. */
function toSample(row: SampleRow | undefined, startedAt: number): Sample | undefined {
  if (row?.position == null) return undefined;
  const { generation, strict, redis } = row;
  const position = parseLsn(row.position);
  return {
    startedAt,
    position,
    isStandby: row.standby,
    timeline: row.timeline ?? undefined,
    epochs:
      generation == null || strict == null
        ? undefined
        : { position, generation, strict, redis: redis ?? null },
    isPromoted: row.promoted === true,
  };
}
