import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock/clock.ts';
import type { Count, Counts } from './counts.ts';

interface Needs {
  readonly clock: Clock;
  readonly windowMs: number;
  /** More are not remembered: those that have been gone for longest begin anew. */
  readonly maxKeys: number;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/** The same for one process, while Redis cannot be asked. Bounded, for addresses are cheap; without a timer for each. */
export function createLocalCounts({ clock, windowMs, maxKeys }: Needs): Counts {
  const windows = new LRUCache<string, Window>({ max: maxKeys });

  function windowOf(key: string, now: number): Window {
    const known = windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    const begun = { used: 0, endsAt: now + windowMs };
    windows.set(key, begun);
    return begun;
  }

  function spend(key: string, points: number, most = Infinity): Count {
    const now = clock.now();
    const window = windowOf(key, now);
    const isSpent = window.used + points <= most;
    if (isSpent) window.used += points;
    return { key, counts, isSpent, used: window.used, endsAt: window.endsAt, leftMs: window.endsAt - now };
  }

  const counts: Counts = {
    spend: (key, points, most) => Promise.resolve(spend(key, points, most)),
    refund(key, points, endsAt) {
      const window = windows.get(key);
      if (window?.endsAt === endsAt) window.used -= points;
      return Promise.resolve();
    },
  };
  return counts;
}
