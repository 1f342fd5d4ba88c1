import type { Cancel, Clock } from '../clock/clock.ts';
import type { RedisUse } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { BreakerState } from './breaker.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { mergeReads } from './merged-reads.ts';
import { createNode, type NodeSettings } from './node.ts';
import type { RedisCommand, RedisReply } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';
import { untilClosed } from './until-closed.ts';

/** Sends commands past the breaker; rejects with RedisUnavailable like any other call. */
export type Batch = (commands: readonly RedisCommand[]) => Promise<readonly RedisReply[]>;

/** One server or one cluster. Every call ends within the deadline, or at once while the breaker is open, then with RedisUnavailable. */
export interface Redis {
  /**
   * One round trip, for all calls of one turn of the event loop to the same node; replies in the order of the commands, a refusal by
   * the server as an `Error` among them. The keys of
   * one batch belong to one group of `groupByNode`; commands are executed in order. A key that has left its node
   * meanwhile is answered with RedisUnavailable, as an `Error` among the others.
   */
  readonly batch: Batch;
  /**
   * The strings at keys of one group, null where there is none or something else. One command for all calls that loaders make
   * in one tick; the round trip is shared as that of `batch`.
   */
  readonly mget: (keys: readonly string[]) => Promise<readonly (string | null)[]>;
  /** Positions of the keys, grouped by the node that holds them. */
  groupByNode(keys: readonly string[]): readonly (readonly number[])[];
  /** 'open' if calls for any of the keys would be refused; without keys, if calls for any key at all would. */
  state(keys?: readonly string[]): BreakerState;
  /** Tells changes of `state()`. */
  onChange(listener: (state: BreakerState) => void): Cancel;
  /**
   * Opens the breaker of the nodes that hold `keys` (of all nodes when left out) although Redis answers: what must not be
   * lost was refused, and waits for a hook.
   */
  distrust(reason: string, keys?: readonly string[]): void;
  /** Before calls to a node pass again, `run` is called with a way past its breaker, until it succeeds and `done` says so. */
  beforeReturn(hook: ReturnHook): void;
  /**
   * Which servers hold the keys: changes with a restart, a failover or a resharding, and with nothing else. Undefined until
   * known. During `ReturnHook.run` it is that of the Redis that is about to be used.
   */
  identity(): string | undefined;
  /** Asks each server for its memory and its evictions, for the metrics. Never rejects. */
  measure(): Promise<void>;
  /** Waits for the first connection, at most `ms`; resolves to whether Redis can be used. */
  untilUp(ms: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Work that must be complete before anyone talks to a node again. Called for each node that returns. */
export interface ReturnHook {
  /** `owns` tells which keys the returning node holds; rejects when the work could not be done. */
  run(batch: Batch, owns: (key: string) => boolean): Promise<void>;
  /** False when new work for that node has arrived while `run` was busy. */
  done(owns: (key: string) => boolean): boolean;
}

export type RedisSettings = NodeSettings;

export const defaultRedisSettings: RedisSettings = {
  // The longest that a call may wait in all is 60 ms: a timer comes late, and a reply in the buffer gets one more turn.
  deadlineMs: 50,
  connectTimeoutMs: 1_000,
  reconnectDelayMs: 150,
  probeEveryMs: 100,
  silentForMs: 500,
};

export interface RedisNeeds {
  readonly url: string;
  /** Labels its metrics. */
  readonly role: RedisUse;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings?: Partial<RedisSettings>;
  readonly tracing?: Tracing | undefined;
}

/** Starts to connect and returns at once, with the breaker open until the first answer. */
export function createRedis({ url, role, clock, metrics, log, ...needs }: RedisNeeds): Redis {
  const settings = { ...defaultRedisSettings, ...needs.settings };
  const node = createNode({ ...{ url, role, clock, metrics, log, settings }, tracing: needs.tracing });
  return {
    batch: node.batch,
    mget: mergeReads(async (keys) => {
      if (keys.length === 0) return [];
      const [reply] = await node.batch([['mget', ...keys]]);
      if (!Array.isArray(reply)) throw new RedisUnavailable('MGET was refused', { cause: reply });
      return keys.map((_, index) => {
        const value: unknown = reply[index];
        return typeof value === 'string' ? value : null;
      });
    }),
    groupByNode: (keys) => (keys.length === 0 ? [] : [keys.map((_, index) => index)]),
    state: () => node.state(),
    onChange: (listener) => node.onChange(listener),
    distrust: (reason) => node.distrust(reason),
    identity: node.runId,
    measure: node.measure,
    beforeReturn: (hook) =>
      node.beforeReturn({ run: () => hook.run(node.send, everything), done: () => hook.done(everything) }),
    untilUp: (ms) => untilClosed(clock, node, ms),
    close: node.close,
  };
}

const everything = () => true;
