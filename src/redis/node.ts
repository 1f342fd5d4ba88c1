import type { Cancel, Clock } from '../clock/clock.ts';
import type { RedisUse } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { createBreaker, type BreakerState, type ReturnHook } from './breaker.ts';
import { createConnection, type ConnectionSettings } from './connection.ts';
import { createFigures, figuresQuery } from './figures.ts';
import { mergeBatches } from './merged-batches.ts';
import { byHash, inFull, joinCalls, type Form } from './joined-calls.ts';
import { findRefusals } from './refusals.ts';
import { toRepeat, type RedisCommand, type RedisReply, type WireCommand } from './script.ts';
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
  /** As `Redis.measure`. */
  readonly measure: () => Promise<void>;
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
  readonly tracing?: Tracing | undefined;
  /** For a node of a cluster. */
  readonly cluster?: {
    /** What else must be known before the hooks run. */
    readonly beforeHooks: () => Promise<unknown>;
    /** A key that was sent here belongs to another node. */
    readonly onMoved: (reason: string) => void;
  };
}

/** Starts to connect and returns at once, with the breaker open until the first answer. */
export function createNode({
  url,
  role,
  clock,
  metrics,
  log,
  settings,
  cluster,
  ...needs
}: NodeNeeds): RedisNode {
  const { tracing = noTracing } = needs;
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
      metrics.redisConnections.inc({ role, node });
      lastAnswerAt = clock.monotonic();
      breaker.hint();
    },
    onClose() {
      introduce();
      breaker.reopen('connection closed');
    },
  });
  const figures = createFigures({ role, node, metrics });
  const showState = (state: BreakerState) =>
    metrics.redisBreakerOpen.set({ role, node }, state === 'open' ? 1 : 0);
  showState(breaker.state());
  breaker.onChange((state, reason) => {
    showState(state);
    log[state === 'open' ? 'warn' : 'info']({ role, node, reason }, `redis breaker ${state}`);
  });

  const sendPast = sendBy(roundTrip, { apart: cluster !== undefined });
  // What was asked for before the breaker opened, in the same turn, is refused as well.
  const sendMerged = mergeBatches(clock, (commands: readonly RedisCommand[]) =>
    breaker.state() === 'open' ? Promise.reject(breakerIsOpen()) : sendPast(commands),
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

  async function measure(): Promise<void> {
    if (breaker.state() === 'open') return;
    // Nobody waits for it: what is too late is asked again the next time, and says nothing of the server.
    await connection.exchange(figuresQuery).then(
      (replies) => figures.take(replies),
      () => undefined,
    );
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
      breaker.state() === 'open'
        ? Promise.reject(breakerIsOpen())
        : tracing.span(
            'redis batch',
            () => describe(commands),
            () => sendMerged(commands),
          ),
    send: sendPast,
    ask: connection.exchange,
    check,
    measure,
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
      figures.forget();
    },
  };
}

const breakerIsOpen = () => new RedisUnavailable('the breaker is open');

type Exchange = (commands: readonly WireCommand[]) => Promise<readonly RedisReply[]>;

/** Scripts by their hashes, and once more in full those that the server has lost. */
function sendBy(roundTrip: Exchange, { apart }: { readonly apart: boolean }): Send {
  async function sendAs(form: Form, commands: readonly RedisCommand[]) {
    const { wire, split } = joinCalls(commands, { form, apart });
    return split(await roundTrip(wire));
  }

  async function repeatLost(commands: readonly RedisCommand[], replies: readonly RedisReply[]) {
    const again = toRepeat(commands, replies);
    if (again.length === 0) return replies;
    const repeated = await sendAs(
      inFull,
      commands.filter((_, index) => again.includes(index)),
    );
    return replies.map((reply, index) => repeated[again.indexOf(index)] ?? reply);
  }

  return async (commands) => {
    if (commands.length === 0) return [];
    const replies = await sendAs(byHash, commands);
    return replies.some((reply) => reply instanceof Error) ? repeatLost(commands, replies) : replies;
  };
}

/** Names of commands and scripts; their keys may say whose they are. */
const describe = (commands: readonly RedisCommand[]) => ({
  'db.system.name': 'redis',
  'db.operation.batch.size': commands.length,
  'db.operation.name': [
    ...new Set(commands.map(([name]) => (typeof name === 'string' ? name : name.name))),
  ].join(' '),
});
