import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import type { Redis } from '../redis/redis.ts';

/** Lets something through once in a while, over all gateways. */
export interface Throttle {
  /**
   * Whether it is the first for this key since `everyMs`. Without Redis each gateway counts for itself. Never rejects.
   */
  pass(key: string): Promise<boolean>;
}

interface Needs {
  /** The state role. */
  readonly redis: Redis;
  readonly clock: Clock;
  /** First part of every key. */
  readonly app: string;
  /** What is let through; part of every key. */
  readonly name: string;
  readonly everyMs: number;
}

/** Keys that were let through here of late: whoever repeats himself costs Redis nothing. */
const maxKeys = 50_000;

export function createThrottle({ redis, clock, app, name, everyMs }: Needs): Throttle {
  const passed = new LRUCache<string, number>({ max: maxKeys });

  async function isFirst(key: string): Promise<boolean> {
    try {
      const [reply] = await redis.batch([['set', `${app}:once:${name}:${key}`, '1', 'px', everyMs, 'nx']]);
      return reply !== null;
    } catch {
      return true;
    }
  }

  return {
    async pass(key) {
      const now = clock.monotonic();
      const last = passed.get(key);
      if (last !== undefined && now - last < everyMs) return false;
      passed.set(key, now);
      return isFirst(key);
    },
  };
}
