import type { Clock } from '../clock/clock.ts';

/** Milliseconds of an id count from here: 2025-01-01T00:00Z. 41 bits last until 2094. */
const epochMs = Date.UTC(2025, 0, 1);
const latestMs = epochMs + 2 ** 41 - 1;

/** Behind the milliseconds: 10 bits of the worker's number, 12 of the sequence within the millisecond. */
const workerShift = 12n;
const timeShift = 22n;
const lastInSequence = 2 ** Number(workerShift) - 1;

/** A place in time that only one id of a worker has. */
export interface Tick {
  /** Epoch ms. */
  readonly ms: number;
  readonly sequence: number;
}

/** Gives out ticks, each after the one before, whatever the clock does. */
export interface Ticks {
  /** Undefined where the next one would lie above `ceilingMs`. */
  next(ceilingMs: number): Tick | undefined;
  /** From now on behind all of this millisecond. */
  passBy(ms: number): void;
  /** The millisecond that was reached last. */
  readonly reached: () => number;
}

/**
 * A clock that stands still or steps back is not followed: the last millisecond is kept until its sequence is used up, and
 * then counted on.
 */
export function createTicks(clock: Pick<Clock, 'now'>): Ticks {
  let last: Tick = { ms: epochMs - 1, sequence: lastInSequence };

  function following(): Tick {
    const now = clock.now();
    if (now > last.ms) return { ms: now, sequence: 0 };
    return last.sequence < lastInSequence
      ? { ms: last.ms, sequence: last.sequence + 1 }
      : { ms: last.ms + 1, sequence: 0 };
  }

  return {
    next(ceilingMs) {
      const tick = following();
      if (tick.ms > ceilingMs) return undefined;
      last = tick;
      return tick;
    },
    passBy(ms) {
      if (ms >= last.ms) last = { ms, sequence: lastInSequence };
    },
    reached: () => last.ms,
  };
}

/** The id of a worker's tick. Throws where the bits of the time have run out. */
export function toSnowflake({ ms, sequence }: Tick, worker: number): bigint {
  if (ms > latestMs) throw new RangeError('the time of ids has run out');
  return (BigInt(ms - epochMs) << timeShift) | (BigInt(worker) << workerShift) | BigInt(sequence);
}

/** When the id was given out. */
export const momentOf = (id: string): Date => new Date(Number(BigInt(id) >> timeShift) + epochMs);
