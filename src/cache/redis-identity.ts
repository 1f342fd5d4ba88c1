import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Redis } from '../redis/redis.ts';
import type { Background } from './background.ts';
import type { Epochs } from './epochs.ts';

/** Sees to it that the epochs know which Redis this gateway talks to before anything strict is read from it. */
export interface RedisIdentity {
  /** True while they have not taken it: this Redis may hold what was invalidated in another one. */
  isOwed(): boolean;
  close(): void;
}

interface Needs {
  readonly redis: Pick<Redis, 'identity' | 'beforeReturn'>;
  readonly epochs: Pick<Epochs, 'noteRedis'>;
  readonly clock: Clock;
  readonly background: Background;
  readonly log: Log;
  /** Pause between two attempts. */
  readonly retryMs: number;
}

/** Where they cannot take it, the breaker closes all the same: entries that are not strict do not wait for Postgres. */
export function createRedisIdentity({
  redis,
  epochs,
  clock,
  background,
  log,
  retryMs,
}: Needs): RedisIdentity {
  let attempts = 0;
  let owed = false;
  let noting = false;

  async function note(): Promise<void> {
    const identity = redis.identity();
    if (identity === undefined) return;
    const attempt = ++attempts;
    owed = true;
    noting = true;
    try {
      await epochs.noteRedis(identity);
      // An answer for the Redis before the last does not count.
      if (attempt === attempts) owed = false;
    } catch (error) {
      log.warn({ err: error }, 'the database has not taken which Redis this is: strict entries are not read');
    } finally {
      if (attempt === attempts) noting = false;
    }
  }

  redis.beforeReturn({ run: note, done: () => true });
  const stop = clock.every(retryMs, () => {
    if (owed && !noting) background.run('noting which Redis this is', note());
  });
  return { isOwed: () => owed, close: stop };
}
