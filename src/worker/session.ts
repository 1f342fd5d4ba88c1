import type { Epochs } from '../cache/epochs.ts';
import type { Cache } from '../cache/cache.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { isInUse } from '../database/failures.ts';
import { connectLogServer, type LogServer } from '../database/log-server.ts';
import { openLogStream, type LogEvent, type LogStream } from '../database/log-stream.ts';
import { completePublication, publication } from '../database/publication.ts';
import { findSlot, makeSlot, readLogAbilities, type LogAbilities } from '../database/slot.ts';
import { readVisibility } from '../database/visibility.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createApplyChanges } from './apply-changes.ts';
import { createCollector, type Transaction } from './collect.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createProgress } from './progress.ts';
import type { Registry } from './registry.ts';
import { createWorkOff } from './work-off.ts';

export interface BackstopSettings {
  /** What was done later than this ago is not confirmed, so that it can be followed again. */
  readonly holdMs: number;
  readonly heartbeatMs: number;
  /** How often a spare looks whether the slot is free. */
  readonly spareEveryMs: number;
  /** A holder or a server that was not heard of for so long has lost the slot, or us. */
  readonly silentMs: number;
  readonly connectTimeoutMs: number;
  /** Making a slot waits for every transaction that is under way. */
  readonly statementTimeoutMs: number;
  readonly maxKeys: number;
  readonly maxWaiting: number;
}

export interface SessionNeeds {
  readonly url: string;
  readonly slot: string;
  readonly registry: Registry;
  readonly cache: Cache;
  readonly epochs: Epochs;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: BackstopSettings;
  /** For proofs only: false evicts before a commit can be seen. */
  readonly waitForVisibility: boolean;
  /** Aborted: the session ends, and the slot is free for the next. */
  readonly signal: AbortSignal;
}

const confirmEveryMs = 1_000;

/** From connecting to the first failure: waits until the slot is free, then follows. Resolves only when aborted. */
export async function runSession(needs: SessionNeeds): Promise<void> {
  const { url, slot, settings, signal } = needs;
  const server = await connectLogServer({ url, name: slot, ...settings });
  const abort = () => void server.close();
  signal.addEventListener('abort', abort);
  try {
    const abilities = await prepare(server, needs);
    while (!signal.aborted) {
      const opened = await tryToOpen(server, abilities, needs);
      if (opened === undefined) await needs.clock.sleep(settings.spareEveryMs * (0.75 + needs.random() / 2));
      else await follow(server, opened, needs);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await server.close();
  }
}

async function prepare(server: LogServer, { registry, metrics, log }: SessionNeeds): Promise<LogAbilities> {
  const abilities = await readLogAbilities(server);
  const unpublished = await completePublication(server, registry.columns);
  metrics.backstopFaults.set({ fault: 'unbounded_slot' }, abilities.bounded ? 0 : 1);
  metrics.backstopFaults.set({ fault: 'unpublished_tables' }, unpublished.length > 0 ? 1 : 0);
  if (!abilities.bounded)
    log.warn('max_slot_wal_keep_size is -1: a slot that nobody reads would fill the disk of the primary');
  if (unpublished.length > 0)
    log.error({ tables: unpublished, publication }, 'tables are not followed: the publication lacks them');
  return abilities;
}

interface Opened {
  readonly stream: LogStream;
  readonly feed: Feed;
}

/** Undefined while another worker holds the slot. */
async function tryToOpen(
  server: LogServer,
  abilities: LogAbilities,
  needs: SessionNeeds,
): Promise<Opened | undefined> {
  const { url, slot, clock, settings } = needs;
  let found = await findSlot(server, slot);
  if (found.state === 'lost' || found.state === 'missing') {
    await beginAnew(server, needs, found.state);
    found = await findSlot(server, slot);
  }
  if (found.state === 'active') return undefined;
  const feed = createFeed(server, needs);
  try {
    const stream = await openLogStream({
      url,
      slot,
      publication,
      failover: abilities.failoverSlots && !found.failover,
      clock,
      connectTimeoutMs: settings.connectTimeoutMs,
      silentMs: settings.silentMs,
      onEvent: feed.receive,
    });
    return { stream, feed };
  } catch (error) {
    feed.stop();
    if (isInUse(error)) return undefined;
    throw error;
  }
}

/** Nothing tells what was committed while there was no slot: every entry becomes unreachable. */
async function beginAnew(
  server: LogServer,
  { slot, epochs, metrics, log }: SessionNeeds,
  state: 'lost' | 'missing',
): Promise<void> {
  await makeSlot(server, slot, async () => {
    // A database whose epoch was never raised has had no slot yet: then nothing is lost.
    if (state === 'missing' && epochs.read('generation') === 1) {
      log.info({ slot }, 'the log is followed for the first time');
    } else {
      metrics.backstopErrors.inc({ kind: 'history_lost' });
      log.error({ slot, state }, 'the log’s history is lost: all entries are given up');
    }
    await epochs.raise('generation', `the slot ${slot} was ${state}`);
  });
}

type Feed = ReturnType<typeof createFeed>;

/** From events of the log to their effect. */
function createFeed(server: LogServer, needs: SessionNeeds) {
  const { registry, clock, random, metrics, log, settings } = needs;
  const progress = createProgress(clock, settings.holdMs);
  const done = new Map<Transaction, () => void>();
  const apply = createApplyChanges(needs);
  const heard: { names: (names: readonly string[]) => void } = { names: () => undefined };
  const collector = createCollector({
    registry,
    maxKeys: settings.maxKeys,
    onUnreadable(what) {
      metrics.backstopErrors.inc({ kind: 'unreadable' });
      log.error({ what }, 'something in the log cannot be understood');
    },
  });
  const workOff = createWorkOff({
    clock,
    random,
    maxWaiting: settings.maxWaiting,
    look: () => (needs.waitForVisibility ? readVisibility(server) : Promise.resolve(() => true)),
    apply: (transaction) => apply(transaction, server),
    onApplied(transaction) {
      metrics.backstopTransactions.inc();
      heard.names(transaction.heartbeats);
      done.get(transaction)?.();
      done.delete(transaction);
    },
  });
  return {
    receive: (event: LogEvent): void | Promise<void> => {
      const transaction = collector.add(event);
      if (transaction === undefined) return undefined;
      done.set(transaction, progress.begin(transaction.end));
      return workOff.add(transaction);
    },
    onHeartbeats: (listener: (names: readonly string[]) => void) => (heard.names = listener),
    confirmable: progress.confirmable,
    ended: workOff.ended,
    stop: workOff.stop,
  };
}

async function follow(server: LogServer, { stream, feed }: Opened, needs: SessionNeeds): Promise<void> {
  const { slot, clock, metrics, log, settings, signal } = needs;
  const heartbeat = createHeartbeat({ primary: server, clock, metrics, log, everyMs: settings.heartbeatMs });
  feed.onHeartbeats(heartbeat.arrived);
  const stopConfirming = clock.every(confirmEveryMs, () => {
    const lsn = feed.confirmable();
    if (lsn !== undefined) stream.confirm(lsn);
  });
  const abort = () => void stream.close();
  signal.addEventListener('abort', abort);
  metrics.backstopActive.inc();
  log.info({ slot }, 'following the log');
  try {
    if (!signal.aborted) await Promise.race([stream.ended, feed.ended]);
  } finally {
    metrics.backstopActive.dec();
    signal.removeEventListener('abort', abort);
    heartbeat.stop();
    stopConfirming();
    feed.stop();
    await stream.close();
    // What is under way ends before anything it uses is closed; that it fails now is no news.
    await feed.ended.catch(() => undefined);
  }
}
