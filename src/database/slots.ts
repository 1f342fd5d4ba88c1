import type { Clock } from '../clock/clock.ts';
import { reasonOf } from './aborted.ts';
import { PoolFull } from './failures.ts';

/** Who may have a connection of one node, and who waits. Bounded, so that overload is refused early instead of queued. */
export interface Slots {
  /**
   * Resolves to the function that gives the slot back. Rejects with `PoolFull` at once when too many wait already, and
   * after `waitMs`; with the signal's reason when that is aborted first.
   */
  take(share: Share, signal?: AbortSignal): Promise<() => void>;
  used(): number;
  waiting(): number;
}

/** `part`: only a part of the slots, and behind those who may have them all. */
export type Share = 'whole' | 'part';

interface Needs {
  readonly size: number;
  /** How many of the slots `part` may have at a time. */
  readonly part: number;
  /** How many may wait, for each share. */
  readonly queue: number;
  readonly waitMs: number;
  readonly clock: Clock;
  /** Told how long each caller has waited that had to, given a slot or not. */
  readonly onWaited?: (ms: number) => void;
}

export function createSlots({ size, part, queue, waitMs, clock, onWaited }: Needs): Slots {
  const used = { whole: 0, part: 0 };
  const waiting = { whole: new Set<() => void>(), part: new Set<() => void>() };
  const isFree = (share: Share) =>
    used.whole + used.part < size && (share === 'whole' || used.part < part) && waiting[share].size === 0;

  function grant(share: Share): () => void {
    used[share] += 1;
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      used[share] -= 1;
      admit();
    };
  }

  /** Those who may have every slot first: a write must not wait for the reads behind it. */
  function admit(): void {
    for (const share of ['whole', 'part'] as const) {
      for (const enter of waiting[share]) {
        if (used.whole + used.part >= size || (share === 'part' && used.part >= part)) break;
        enter();
      }
    }
  }

  function wait(share: Share, signal: AbortSignal | undefined): Promise<() => void> {
    const since = clock.monotonic();
    return new Promise((resolve, reject) => {
      const leave = () => {
        onWaited?.(clock.monotonic() - since);
        waiting[share].delete(enter);
        stopTimer();
        signal?.removeEventListener('abort', abort);
      };
      const enter = () => {
        leave();
        resolve(grant(share));
      };
      const abort = () => {
        leave();
        if (signal !== undefined) reject(reasonOf(signal));
      };
      const stopTimer = clock.after(waitMs, () => {
        leave();
        reject(new PoolFull(true));
      });
      waiting[share].add(enter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return {
    take(share, signal) {
      if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
      if (isFree(share)) return Promise.resolve(grant(share));
      if (waiting[share].size >= queue) return Promise.reject(new PoolFull(false));
      return wait(share, signal);
    },
    used: () => used.whole + used.part,
    waiting: () => waiting.whole.size + waiting.part.size,
  };
}
