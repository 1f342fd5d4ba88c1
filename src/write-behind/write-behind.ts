import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { createBuffer, type Batch, type Chunk } from './buffer.ts';
import { createNoted, type Entry } from './noted.ts';

/**
 * Counts and last times on their way to Postgres: noted in this process, gathered in Redis by all gateways, applied in
 * batches. What had not reached Redis when a process is killed is lost; nothing is counted twice. Never for money.
 */
export interface WriteBehind {
  /** Adds an integer to the field's sum. Dropped and counted where there is no room. */
  readonly add: (field: string, delta?: number) => void;
  /** Notes an integer, of which the largest counts: such as the epoch ms of the last visit. */
  readonly latest: (field: string, value: number) => void;
  /** Brings what was noted to Redis; what it did not take is kept for the next time. Resolves to whether all is there. */
  readonly gather: () => Promise<boolean>;
  /** Applies what was gathered; any gateway may, at any time. Rejects as Redis or `apply` do; the batch then comes again. */
  readonly flush: () => Promise<void>;
  /** Gathers and flushes for the last time, as far as that can be done. Never rejects. */
  readonly close: () => Promise<void>;
}

interface Needs {
  /** The state role: what is evicted is lost. */
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** First part of every key. */
  readonly app: string;
  /** Of this buffer; in its keys, its rows and its metrics. */
  readonly name: string;
  /** Not at all when undefined, in a process that leaves it to others; a full batch is applied all the same. */
  readonly flushEveryMs: number | undefined;
  /** What a killed process may lose; 250 when not given. */
  readonly gatherEveryMs?: number;
  /** Fields in this process, and about as many in one batch. */
  readonly maxEntries: number;
  /**
   * Writes the batch in one transaction that begins with `recordBatch`; resolves to what that said. False: it was applied
   * before, and nothing was written now.
   */
  readonly apply: (batch: Batch) => Promise<boolean>;
}

/** Longer chunks would keep Redis from its other clients. */
const maxChunk = 1_000;
/** What was left behind sealed, and what has gathered since. */
const batchesPerFlush = 2;

export function createWriteBehind(needs: Needs): WriteBehind {
  const { redis, clock, log, metrics, app, name, maxEntries, apply } = needs;
  const buffer = createBuffer({ redis, app, name, maxEntries });
  const from = randomBytes(6).toString('hex');
  let lastNumber = 0;
  /** Sent, and not known to have arrived. It stays as it is, so that it can be sent again under its number. */
  let sending: Chunk | undefined;
  /** Epoch ms of what is sealed and not forgotten; 0 for none. */
  let sealedSince = 0;
  let isFull = false;
  const noted = createNoted(() => maxEntries - (sending?.entries.length ?? 0));

  function note(entry: Entry): void {
    if (!Number.isSafeInteger(entry.value)) throw new RangeError(`${entry.value} is no safe integer`);
    if (!noted.note(entry)) metrics.writeBehindDropped.inc({ buffer: name });
  }

  /** All that is noted by now. What comes meanwhile is for the next time: else a busy process would send all the time. */
  async function gatherAll(): Promise<boolean> {
    let chunks = Math.ceil(noted.size() / maxChunk);
    for (;;) {
      if (sending === undefined && chunks > 0) {
        sending = nextChunk();
        chunks -= 1;
      }
      if (sending === undefined) return true;
      const { length } = sending.entries;
      try {
        const { outcome, fields, since } = await buffer.gather(sending);
        isFull = outcome === 'full';
        metrics.writeBehindBacklog.set({ buffer: name }, fields + noted.size());
        showAge(since);
        if (isFull) return false;
        sending = undefined;
      } catch (error) {
        metrics.writeBehindBacklog.set({ buffer: name }, noted.size() + length);
        log.debug({ err: error, buffer: name }, 'write-behind did not reach Redis');
        return false;
      }
    }
  }

  function nextChunk(): Chunk {
    lastNumber += 1;
    const entries = noted.take(maxChunk);
    return { from, number: lastNumber, entries, newId: randomUUID(), now: clock.now() };
  }

  function showAge(gatheringSince: number): void {
    const since = sealedSince === 0 ? gatheringSince : sealedSince;
    const ageMs = since === 0 ? 0 : Math.max(0, clock.now() - since);
    metrics.writeBehindOldestSeconds.set({ buffer: name }, ageMs / 1_000);
  }

  async function applyAll(): Promise<void> {
    for (let count = 0; count < batchesPerFlush; count += 1) {
      const batch = await buffer.seal();
      sealedSince = batch?.since ?? 0;
      showAge(0);
      if (batch === undefined) break;
      const isNew = await apply(batch).catch((error: unknown) => {
        metrics.writeBehindBatches.inc({ buffer: name, outcome: 'failed' });
        throw error;
      });
      metrics.writeBehindBatches.inc({ buffer: name, outcome: isNew ? 'applied' : 'repeated' });
      await buffer.forget(batch.id);
      sealedSince = 0;
    }
  }

  const gathering = oneAtATime(gatherAll);
  const flush = oneAtATime(applyAll).join;

  async function round(): Promise<void> {
    await gathering.join();
    await flush().catch((error: unknown) => {
      // The breaker says it aloud; the batch is in Redis and will be there.
      if (!(error instanceof RedisUnavailable)) throw error;
    });
    // Where the batch was full, there is room now.
    if (sending !== undefined) await gathering.join();
  }

  async function gatherInTime(): Promise<void> {
    await gathering.join();
    if (isFull) await round();
  }

  const stops = [
    clock.every(needs.gatherEveryMs ?? 250, () => inBackground(log, `gathering ${name}`, gatherInTime())),
    ...(needs.flushEveryMs === undefined
      ? []
      : [clock.every(needs.flushEveryMs, () => inBackground(log, `flushing ${name}`, round()))]),
  ];

  return {
    add: (field, delta = 1) => note({ kind: '+', field, value: delta }),
    latest: (field, value) => note({ kind: '>', field, value }),
    gather: gathering.anew,
    flush,
    async close() {
      for (const stop of stops) stop();
      await gathering.anew();
      await round().catch((error: unknown) =>
        log.warn({ err: error, buffer: name }, 'write-behind left for another gateway'),
      );
      const lost = noted.size() + (sending?.entries.length ?? 0);
      if (lost > 0) log.warn({ buffer: name, lost }, 'write-behind lost entries that Redis did not take');
    },
  };
}

interface OneAtATime<T> {
  /** Waits for a run that is under way, or else for one of its own. */
  readonly join: () => Promise<T>;
  /** Waits for a run that begins now, or behind the one under way, which may have begun too early. */
  readonly anew: () => Promise<T>;
}

function oneAtATime<T>(work: () => Promise<T>): OneAtATime<T> {
  let running: Promise<T> | undefined;
  const join = () =>
    (running ??= work().finally(() => {
      running = undefined;
    }));
  return {
    join,
    async anew() {
      await running?.catch(() => undefined);
      return join();
    },
  };
}
