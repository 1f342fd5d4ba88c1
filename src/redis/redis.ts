import type { Cancel, Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createBreaker, type BreakerState } from './breaker.ts';
import { createConnection, type ConnectionSettings } from './connection.ts';
import { byHash, inFull, toRepeat, type RedisCommand, type RedisReply } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

/** Sends commands past the breaker; rejects with RedisUnavailable like any other call. */
export type Batch = (commands: readonly RedisCommand[]) => Promise<readonly RedisReply[]>;

/** One Redis. Every call ends within the deadline, or at once while the breaker is open, then with RedisUnavailable. */
export interface Redis {
  /**
   * One round trip; replies in the order of the commands, a refusal by the server as an `Error` among them. The keys of
   * one batch belong to one group of `groupByNode`; commands are executed in order.
   */
  readonly batch: Batch;
  /** MGET of keys of one group. */
  mget(keys: readonly string[]): Promise<readonly (string | null)[]>;
  /** Positions of the keys, grouped by the node that holds them. */
  groupByNode(keys: readonly string[]): readonly (readonly number[])[];
  state(): BreakerState;
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

export interface RedisSettings extends ConnectionSettings {
  /** Pause between two probes while the breaker is open. */
  readonly probeEveryMs: number;
  /** A connection that has not answered a probe for so long is replaced. */
  readonly silentForMs: number;
}

const defaultRedisSettings: RedisSettings = {
  deadlineMs: 60,
  connectTimeoutMs: 1_000,
  reconnectDelayMs: 150,
  probeEveryMs: 100,
  silentForMs: 500,
};

export interface RedisNeeds {
  readonly url: string;
  readonly role: 'cache' | 'state';
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings?: Partial<RedisSettings>;
}

/** Starts to connect and returns at once, with the breaker open until the first answer. */
export function createRedis({ url, role, clock, metrics, log, ...needs }: RedisNeeds): Redis {
  const settings = { ...defaultRedisSettings, ...needs.settings };
  let lastAnswerAt = clock.monotonic();

  const breaker = createBreaker({ clock, probe, probeEveryMs: settings.probeEveryMs });
  const connection = createConnection({
    url,
    clock,
    log,
    settings,
    onReady() {
      lastAnswerAt = clock.monotonic();
      breaker.hint();
    },
    onClose: () => breaker.open('connection closed'),
  });
  const showState = (state: BreakerState) => metrics.redisBreakerOpen.set({ role }, state === 'open' ? 1 : 0);
  showState(breaker.state());
  breaker.onChange((state, reason) => {
    showState(state);
    log[state === 'open' ? 'warn' : 'info']({ role, reason }, `redis breaker ${state}`);
  });

  /** Past the breaker, but telling it of failures. */
  async function send(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    if (commands.length === 0) return [];
    const replies = await roundTrip(commands, byHash);
    const again = toRepeat(commands, replies);
    if (again.length === 0) return replies;
    const repeated = await roundTrip(
      commands.filter((_, index) => again.includes(index)),
      inFull,
    );
    return replies.map((reply, index) => repeated[again.indexOf(index)] ?? reply);
  }

  async function roundTrip(commands: readonly RedisCommand[], toWire: typeof byHash) {
    const startedAt = clock.monotonic();
    metrics.redisRoundTrips.inc({ role });
    try {
      const replies = await connection.exchange(commands.map(toWire));
      lastAnswerAt = clock.monotonic();
      metrics.redisSeconds.observe({ role }, (lastAnswerAt - startedAt) / 1_000);
      return replies;
    } catch (error) {
      breaker.open(error instanceof Error ? error.message : 'unknown');
      throw error;
    }
  }

  async function probe(): Promise<void> {
    try {
      await connection.exchange([['ping']]);
      lastAnswerAt = clock.monotonic();
    } catch (error) {
      // A path that swallows packets, or a server that was frozen, can leave a connection that never answers again.
      if (clock.monotonic() - lastAnswerAt > settings.silentForMs) {
        lastAnswerAt = clock.monotonic();
        connection.reconnect();
      }
      throw error;
    }
  }

  function batch(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    if (breaker.state() === 'open') return Promise.reject(new RedisUnavailable('the breaker is open'));
    return send(commands);
  }

  return {
    batch,
    async mget(keys) {
      if (keys.length === 0) return [];
      const [reply] = await batch([['mget', ...keys]]);
      if (!Array.isArray(reply)) throw new RedisUnavailable('MGET was refused', { cause: reply });
      return keys.map((_, index) => {
        const value: unknown = reply[index];
        return typeof value === 'string' ? value : null;
      });
    },
    groupByNode: (keys) => (keys.length === 0 ? [] : [keys.map((_, index) => index)]),
    state: () => breaker.state(),
    onChange: (listener) => breaker.onChange(listener),
    distrust: (reason) => breaker.open(reason),
    identity: () => undefined,
    beforeReturn: (hook) =>
      breaker.beforeReturn({ run: () => hook.run(send, everything), done: () => hook.done(everything) }),
    untilUp: (ms) =>
      new Promise((resolve) => {
        if (breaker.state() === 'closed') {
          resolve(true);
          return;
        }
        const finish = (isUp: boolean) => {
          stopWaiting();
          stopListening();
          resolve(isUp);
        };
        const stopWaiting = clock.after(ms, () => finish(false));
        const stopListening = breaker.onChange((state) => {
          if (state === 'closed') finish(true);
        });
      }),
    async close() {
      breaker.stop();
      await connection.close();
    },
  };
}

const everything = () => true;
