import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { IsVisible } from '../database/visibility.ts';
import type { Transaction } from './collect.ts';

/** Transactions on their way from the log into the cache. */
export interface WorkOff {
  /** Resolves at once, or, when too many wait, once there is room: until then the log is not read. */
  add(transaction: Transaction): void | Promise<void>;
  /** Rejects with the failure that ended the work; resolves when it was stopped. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

interface Needs {
  readonly clock: Clock;
  readonly random: Random;
  /** Asks the primary which transactions can be seen there now. */
  readonly look: () => Promise<IsVisible>;
  /** False: Redis did not take it. */
  readonly apply: (transaction: Transaction) => Promise<boolean>;
  readonly onApplied: (transaction: Transaction) => void;
  /** This many may wait. */
  readonly maxWaiting: number;
}

const firstPauseMs = 1;
const longestPauseMs = 50;
const redisPauseMs = 250;
const atOnce = 100;

/**
 * Everything that waits is worked off together, then what has come meanwhile: one look at the primary and one round trip to
 * Redis, however many there are.
 *
 * The log is ahead of the primary, where a commit becomes visible only after its record is safe, with a synchronous standby
 * much later. Evicting at once would be of no use:
 * 1. We fence the key at the commit.  2. A reader leases it under our fence, and reads the primary, where the old row is still
 * the visible one.  3. It stores the old row, labelled with the fence, as new as the commit.
 */
export function createWorkOff({ clock, random, look, apply, onApplied, maxWaiting }: Needs): WorkOff {
  const waiting = new Set<Transaction>();
  let stopped = false;
  let wake: (() => void) | undefined;
  let makeRoom: (() => void) | undefined;

  async function run(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!isStopped()) {
      if (waiting.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      const { applied, refused } = await workOff();
      if (waiting.size < maxWaiting) makeRoom?.();
      pauseMs = applied > 0 ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
      if (refused > 0) await clock.sleep(redisPauseMs * (0.5 + random()));
      else if (applied === 0 && waiting.size > 0) await clock.sleep(pauseMs);
    }
  }

  async function workOff(): Promise<{ readonly applied: number; readonly refused: number }> {
    if (waiting.size === 0) return { applied: 0, refused: 0 };
    const seen = [...waiting];
    const isVisible = await look();
    // One that is stuck keeps nobody else from being evicted.
    const visible = seen.filter(({ xid }) => isVisible(xid)).slice(0, atOnce);
    const taken = await Promise.all(visible.map(apply));
    const done = visible.filter((_, index) => taken[index]);
    for (const transaction of done) {
      waiting.delete(transaction);
      onApplied(transaction);
    }
    return { applied: done.length, refused: visible.length - done.length };
  }

  const isStopped = () => stopped;
  const ended = run();
  ended.catch(() => makeRoom?.());
  return {
    add(transaction) {
      waiting.add(transaction);
      wake?.();
      if (waiting.size < maxWaiting || stopped) return undefined;
      return new Promise((resolve) => (makeRoom = resolve));
    },
    ended,
    stop() {
      stopped = true;
      makeRoom?.();
      wake?.();
    },
  };
}
