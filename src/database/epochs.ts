import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createPastNumbers } from './past-numbers.ts';
import { sql, type Sql } from './sql.ts';

/**
 * Two counters of the cache, kept in one row on the primary; what they are for is said where the cache declares the same
 * contract. A number may be read under by its *licence*: a sample of the primary begun at most `licenceMs` ago.
 */
export interface Epochs {
  /**
   * The number to read under; undefined while none was ever seen. `strict` also where the licence has run out, with one
   * exception: while the primary cannot be reached the last number stands. Reads that are not cached would be answered by
   * a replica then, which is older; and a raise that is missed is a second fault, of a writer that is cut off from Redis.
   */
  readonly read: (counter: Counter) => number | undefined;
  /** Numbers that a gateway may be reading under, the latest first; empty while none was ever seen. */
  readonly inUse: (counter: Counter) => readonly number[];
  readonly licenceMs: number;
  /** Raising `generation` raises `strict` too. With `from` only where it is still that. Rejects where the primary cannot be reached. */
  readonly raise: (counter: Counter, reason: string, from?: number) => Promise<void>;
  /** Raises `strict` where the last gateway that said so talks to another Redis; resolves when the number is known here. */
  readonly noteRedis: (identity: string) => Promise<void>;
}

export type Counter = 'generation' | 'strict';

/** The row as it is read. */
export interface EpochRow {
  /** Of the primary, when the row was read: behind the raise of its numbers. */
  readonly position: Lsn;
  readonly generation: bigint;
  readonly strict: bigint;
  readonly redis: string | null;
}

interface Needs {
  readonly licenceMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** One statement on the primary, which may wait for locks. */
  readonly change: (statement: Sql) => Promise<readonly unknown[]>;
  readonly look: () => Promise<EpochRow | undefined>;
  /**
   * A new generation is about to be read under: it has none of the fences of the last one, so from here on no read may be
   * answered from before `position`.
   */
  readonly onGeneration: (position: Lsn) => void;
  readonly isPrimaryReachable: () => boolean;
}

/** The epochs, and the doors through which samples and commits bring them up to date. */
export function createEpochs({ licenceMs, clock, metrics, log, change, look, ...needs }: Needs) {
  const numbers = {
    generation: createPastNumbers(clock, licenceMs),
    strict: createPastNumbers(clock, licenceMs),
  };
  let licensedFrom = -Infinity;
  let redis: string | null = null;
  let noted: string | undefined;
  let repair: Promise<void> | undefined;
  let noting: Promise<void> | undefined;

  /** `startedAt`: the monotonic time before the row was asked for. */
  function takeIn(row: EpochRow, startedAt: number): void {
    const { generation, strict } = numbers;
    if (Number(row.generation) > (generation.latest() ?? -1)) needs.onGeneration(row.position);
    // Rows may come in another order than they were read; a change of `redis` raises `strict`, which tells the order.
    if (Number(row.strict) >= (strict.latest() ?? 0)) redis = row.redis;
    const isOld = [
      generation.take(Number(row.generation), startedAt),
      strict.take(Number(row.strict), startedAt),
    ].includes('went back');
    if (isOld) {
      catchUp();
      return;
    }
    licensedFrom = Math.max(licensedFrom, startedAt);
    metrics.cacheEpoch.set({ counter: 'generation' }, generation.latest() ?? 0);
    metrics.cacheEpoch.set({ counter: 'strict' }, strict.latest() ?? 0);
  }

  /**
   * A promoted server that lacks the last raises would count them again, and what was cached from commits that are lost
   * would be found under the same numbers. So the counters are moved past all that was ever seen.
   */
  function catchUp(): void {
    const generation = numbers.generation.latest() ?? 0;
    const strict = numbers.strict.latest() ?? 0;
    repair ??= change(sql`UPDATE cache_epochs
      SET generation = greatest(generation, ${generation}::bigint) + 1, strict = greatest(strict, ${strict}::bigint) + 1
      WHERE generation < ${generation}::bigint OR strict < ${strict}::bigint`)
      .then(
        () => log.error({ generation, strict }, 'the epochs of the cache went back; they were raised'),
        (error: unknown) =>
          log.warn({ err: error }, 'the epochs of the cache went back; raising them failed'),
      )
      .finally(() => {
        repair = undefined;
      });
  }

  /**
   * The promoted server may lack the last commits of the old one, while Redis holds entries made of them, labelled with
   * positions that the log will give out once more. So all entries are given up: once for all gateways, past every number
   * that was seen here, and past one that another gateway may have seen and that is lost.
   */
  function noteTimeline(timeline: string): void {
    const generation = numbers.generation.latest() ?? 0;
    const strict = numbers.strict.latest() ?? 0;
    noting ??= change(sql`UPDATE cache_epochs
      SET generation = greatest(generation, ${generation}::bigint) + 2, strict = greatest(strict, ${strict}::bigint) + 2,
        timeline = ${timeline}
      WHERE timeline <> ${timeline} RETURNING generation`)
      .then(
        (raised) => {
          if (raised.length > 0)
            log.warn({ timeline }, 'another timeline of the log: all cache entries are given up');
        },
        (error: unknown) => log.warn({ err: error, timeline }, 'another timeline could not be noted yet'),
      )
      .finally(() => {
        noting = undefined;
      });
  }

  async function lookNow(): Promise<void> {
    const startedAt = clock.monotonic();
    const row = await look();
    if (row !== undefined) takeIn(row, startedAt);
  }

  function readStrict(): number | undefined {
    if (noted !== undefined && redis !== noted) return undefined;
    const isLicensed = clock.monotonic() - licensedFrom <= licenceMs;
    return isLicensed || !needs.isPrimaryReachable() ? numbers.strict.latest() : undefined;
  }

  const epochs: Epochs = {
    read: (counter) => (counter === 'strict' ? readStrict() : numbers.generation.latest()),
    inUse: (counter) => numbers[counter].inUse(),
    licenceMs,
    async raise(counter, reason, from) {
      const raised = await change(
        counter === 'strict'
          ? sql`UPDATE cache_epochs SET strict = strict + 1
              WHERE strict = coalesce(${from ?? null}::bigint, strict) RETURNING strict`
          : sql`UPDATE cache_epochs SET generation = generation + 1, strict = strict + 1
              WHERE generation = coalesce(${from ?? null}::bigint, generation) RETURNING generation`,
      );
      if (raised.length > 0) log.info({ counter, reason }, 'cache epoch raised');
      await lookNow();
    },
    async noteRedis(identity) {
      // First, so that nothing strict is read until the row is known to agree.
      noted = identity;
      await change(
        sql`UPDATE cache_epochs SET strict = strict + 1, redis = ${identity} WHERE redis IS DISTINCT FROM ${identity}`,
      );
      // Not RETURNING: where another gateway was faster, nothing is updated, and its number must be known here too.
      await lookNow();
    },
  };
  return { epochs, takeIn, noteTimeline };
}
