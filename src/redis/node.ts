import type { Cancel, Clock } from '../clock/clock.ts';
import type { RedisUse } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createBreaker, type BreakerState, type ReturnHook } from './breaker.ts';
import { createConnection, type ConnectionSettings } from './connection.ts';
import { mergeBatches } from './merged-batches.ts';
import { findRefusals } from './refusals.ts';
import { byHash, inFull, toRepeat, type RedisCommand, type RedisReply, type WireCommand } from './script.ts';
import { factsQuery, readFacts } from './server-facts.ts';
import { RedisUnavailable } from './unavailable.ts';

type Send = (commands: readonly RedisCommand[]) => Promise<readonly RedisReply[]>;

/** One server: a connection behind a breaker of its own. */
export interface RedisNode {
  /** One round trip, for all batches of one turn; rejects at once while the breaker is open. */
  readonly batch: Send;
  /** Past the breaker, but telling it of failures. */
  readonly send: Send;
  /** Past the breaker and without a word to it. */
  readonly ask: (commands: readonly WireCommand[]) => Promise<readonly RedisReply[]>;
  /** Looks whether it still answers; never rejects, as the breaker tells. */
  readonly check: () => Promise<void>;
  state(): BreakerState;
  readonly onChange: (listener: (state: BreakerState, reason: string) => void) => Cancel;
  distrust(reason: string): void;
  /** What the node is used for has changed: as `distrust`, and hooks that are running run again. */
  reopen(reason: string): void;
  beforeReturn(hook: ReturnHook): void;
  /** Of the server that answered last; undefined until one did. */
  readonly runId: () => string | undefined;
  /** Resolves when the run id is known, or when there was time enough to learn it. */
  readonly introduced: Promise<void>;
  readonly close: () => Promise<void>;
}

export interface NodeSettings extends ConnectionSettings {
  /** Pause between two probes while the breaker is open. */
  readonly probeEveryMs: number;
  /** A connection that has not answered a probe for so long is replaced; one that is being made, after `connectTimeoutMs`. */
  readonly silentForMs: number;
}

export interface NodeNeeds {
  readonly url: string;
  readonly role: RedisUse;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: NodeSettings;
  /** For a node of a cluster. */
  readonly cluster?: {
    /** What else must be known before the hooks run. */
    readonly beforeHooks: () => Promise<unknown>;
    /** A key that was sent here belongs to another node. */
    readonly onMoved: (reason: string) => void;
  };
}

/** Starts to connect and returns at once, with the breaker open until the first answer. */
export function createNode({ url, role, clock, metrics, log, settings, cluster }: NodeNeeds): RedisNode {
  const node = new URL(url).host;
  let lastAnswerAt = clock.monotonic();
  let runId: string | undefined;

  let introduce: () => void = () => undefined;
  const introduced = new Promise<void>((resolve) => (introduce = resolve));
  const stopWaiting = clock.after(settings.connectTimeoutMs, introduce);

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
    onClose() {
      introduce();
      breaker.reopen('connection closed');
    },
  });
  const showState = (state: BreakerState) =>
    metrics.redisBreakerOpen.set({ role, node }, state === 'open' ? 1 : 0);
  showState(breaker.state());
  breaker.onChange((state, reason) => {
    showState(state);
    log[state === 'open' ? 'warn' : 'info']({ role, node, reason }, `redis breaker ${state}`);
  });

  const sendPast = sendBy(roundTrip);
  // What was asked for before the breaker opened, in the same turn, is refused as well.
  const sendMerged = sendBy(
    mergeBatches(clock, (commands: readonly WireCommand[]) =>
      breaker.state() === 'open' ? Promise.reject(breakerIsOpen()) : roundTrip(commands),
    ),
  );

  async function roundTrip(commands: readonly WireCommand[]): Promise<readonly RedisReply[]> {
    const startedAt = clock.monotonic();
    metrics.redisRoundTrips.inc({ role });
    try {
      const { replies, ofServer, ofKey } = findRefusals(await connection.exchange(commands));
      lastAnswerAt = clock.monotonic();
      metrics.redisSeconds.observe({ role }, (lastAnswerAt - startedAt) / 1_000);
      if (ofServer !== undefined) breaker.open(ofServer);
      if (ofKey !== undefined) cluster?.onMoved(ofKey);
      return replies;
    } catch (error) {
      breaker.open(error instanceof Error ? error.message : 'unknown');
      throw error;
    }
  }

  async function probe(): Promise<void> {
    try {
      const replies = await connection.exchange(factsQuery(cluster !== undefined));
      runId = readFacts(replies).runId;
      lastAnswerAt = clock.monotonic();
      introduce();
    } catch (error) {
      // A path that swallows packets, or a server that was frozen, can leave a connection that never answers again; one to
      // a server that is no master any more is of no use either.
      // One that is being made takes several round trips, and longer on a busy machine: replaced as soon as that, it would
      // never be made.
      const patienceMs = connection.isReady() ? settings.silentForMs : settings.connectTimeoutMs;
      if (clock.monotonic() - lastAnswerAt > patienceMs) {
        lastAnswerAt = clock.monotonic();
        connection.reconnect();
      }
      throw error;
    }
    await cluster?.beforeHooks();
  }

  async function check(): Promise<void> {
    if (breaker.state() === 'open') return;
    try {
      await connection.exchange([['ping']]);
      lastAnswerAt = clock.monotonic();
    } catch (error) {
      breaker.open(error instanceof Error ? error.message : 'unknown');
    }
  }

  function beforeReturn(hook: ReturnHook): void {
    breaker.beforeReturn({
      done: hook.done,
      async run() {
        try {
          await hook.run();
        } catch (error) {
          log.warn(
            { err: error, role, node },
            'redis answers, but what must be done before it is used failed',
          );
          throw error;
        }
      },
    });
  }

  return {
    batch: (commands) =>
      breaker.state() === 'open' ? Promise.reject(breakerIsOpen()) : sendMerged(commands),
    send: sendPast,
    ask: connection.exchange,
    check,
    state: breaker.state,
    onChange: breaker.onChange,
    distrust: breaker.open,
    reopen: breaker.reopen,
    beforeReturn,
    runId: () => runId,
    introduced,
    async close() {
      breaker.stop();
      stopWaiting();
      introduce();
      await connection.close();
      metrics.redisBreakerOpen.remove({ role, node });
    },
  };
}

const breakerIsOpen = () => new RedisUnavailable('the breaker is open');

/** Scripts by their hashes, and once more in full those that the server has lost. */
function sendBy(roundTrip: (commands: readonly WireCommand[]) => Promise<readonly RedisReply[]>): Send {
  async function repeatLost(commands: readonly RedisCommand[], replies: readonly RedisReply[]) {
    const again = toRepeat(commands, replies);
    if (again.length === 0) return replies;
    const repeated = await roundTrip(commands.filter((_, index) => again.includes(index)).map(inFull));
    return replies.map((reply, index) => repeated[again.indexOf(index)] ?? reply);
  }

  return async (commands) => {
    if (commands.length === 0) return [];
    const replies = await roundTrip(commands.map(byHash));
    return replies.some((reply) => reply instanceof Error) ? repeatLost(commands, replies) : replies;
  };
}
