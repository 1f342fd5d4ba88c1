import { laterLsn, type Lsn } from '../clock/lsn.ts';
import type { Batch } from '../redis/redis.ts';

/** Invalidations that Redis has not taken. While there are any, the breaker is open and nobody here reads Redis. */
export interface RetryQueue {
  add(entryKeys: readonly string[], lsn: Lsn): void;
  size(): number;
  /** Hands everything over; rejects when it could not, and keeps what was not taken. */
  run(batch: Batch): Promise<void>;
  done(): boolean;
}

interface Needs {
  readonly maxKeys: number;
  /** Fits every entry; for SCAN. */
  readonly pattern: string;
  readonly invalidate: (
    batch: Batch,
    entryKeys: readonly string[],
    lsn: Lsn,
    conditional: boolean,
  ) => Promise<void>;
  readonly onOverflow: () => void;
}

const scanCount = 1_000;

/**
 * Bounded. Beyond `maxKeys` keys the names are dropped and only the highest LSN is kept; then, before the breaker closes,
 * every entry in Redis that is not as new as that LSN is fenced, by walking over all of them. That is safe for all
 * gateways, because it is done to Redis and not to this process, and it needs no name; it costs a walk over the keys.
 * Raising the generation will do the same in one step.
 */
export function createRetryQueue({ maxKeys, pattern, invalidate, onOverflow }: Needs): RetryQueue {
  const waiting = new Map<string, Lsn>();
  let everythingBefore: Lsn | undefined;

  function add(entryKeys: readonly string[], lsn: Lsn): void {
    if (everythingBefore === undefined && waiting.size + entryKeys.length <= maxKeys) {
      for (const entryKey of entryKeys) waiting.set(entryKey, laterLsn(waiting.get(entryKey) ?? lsn, lsn));
      return;
    }
    if (everythingBefore === undefined) onOverflow();
    everythingBefore = [...waiting.values(), lsn].reduce(laterLsn, everythingBefore ?? lsn);
    waiting.clear();
  }

  async function run(batch: Batch): Promise<void> {
    if (everythingBefore !== undefined) await fenceEverything(batch, everythingBefore);
    for (const [lsn, entryKeys] of byLsn(waiting)) {
      await invalidate(batch, entryKeys, lsn, false);
      for (const entryKey of entryKeys) if (waiting.get(entryKey) === lsn) waiting.delete(entryKey);
    }
  }

  async function fenceEverything(batch: Batch, lsn: Lsn): Promise<void> {
    let cursor = '0';
    do {
      const [reply] = await batch([['scan', cursor, 'match', pattern, 'count', scanCount]]);
      const page = readPage(reply);
      if (page.entryKeys.length > 0) await invalidate(batch, page.entryKeys, lsn, true);
      cursor = page.cursor;
    } while (cursor !== '0');
    // More may have been dropped during the walk.
    if (everythingBefore === lsn) everythingBefore = undefined;
  }

  return {
    add,
    size: () => waiting.size,
    run,
    done: () => waiting.size === 0 && everythingBefore === undefined,
  };
}

function byLsn(waiting: ReadonlyMap<string, Lsn>): ReadonlyMap<Lsn, readonly string[]> {
  const groups = new Map<Lsn, string[]>();
  for (const [entryKey, lsn] of waiting) {
    const group = groups.get(lsn);
    if (group === undefined) groups.set(lsn, [entryKey]);
    else group.push(entryKey);
  }
  return groups;
}

function readPage(reply: unknown): { readonly cursor: string; readonly entryKeys: readonly string[] } {
  if (reply instanceof Error) throw reply;
  if (!Array.isArray(reply) || typeof reply[0] !== 'string' || !Array.isArray(reply[1]))
    throw new Error('SCAN answered oddly');
  return { cursor: reply[0], entryKeys: reply[1].filter((key) => typeof key === 'string') };
}
