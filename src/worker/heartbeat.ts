import { randomBytes } from 'node:crypto';
import type { Cancel, Clock } from '../clock/clock.ts';
import { sql, type Queryable } from '../database/sql.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Prefix of the messages below. */
export const heartbeatPrefix = 'cache-heartbeat';

/**
 * Small transactions of our own that travel the whole way: they measure the lag, and let the slot of an idle database move on.
 * Transactional, because only a commit is flushed, and passes the check of visibility.
 */
export interface Heartbeat {
  /** Those that have arrived; the names of others, or of an earlier life, are passed over. */
  readonly arrived: (names: readonly string[]) => void;
  readonly stop: Cancel;
}

interface Needs {
  readonly primary: Queryable;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly everyMs: number;
}

const lookEveryMs = 1_000;

export function createHeartbeat({ primary, clock, metrics, log, everyMs }: Needs): Heartbeat {
  const underWay = new Map<string, number>();
  /** Of the last that has arrived, ms. */
  let lastLagMs = 0;

  function beat(): void {
    const name = randomBytes(8).toString('hex');
    underWay.set(name, clock.monotonic());
    primary
      .rows(sql`SELECT FROM pg_logical_emit_message(true, ${heartbeatPrefix}, ${name})`)
      .catch((error: unknown) => {
        underWay.delete(name);
        log.debug({ err: error }, 'no heartbeat into the log');
      });
  }

  /**
   * The oldest that has not arrived tells how late we are, even when none arrives any more; while it is young, the last that
   * has: else each new one would look like an end of the delay.
   */
  function look(): void {
    const [oldest] = underWay.values();
    if (oldest !== undefined) show(Math.max(lastLagMs, clock.monotonic() - oldest));
  }

  const show = (lagMs: number) => metrics.backstopLag.set(lagMs / 1_000);

  beat();
  const stops = [clock.every(everyMs, beat), clock.every(lookEveryMs, look)];
  return {
    arrived(names) {
      for (const name of names) {
        const sentAt = underWay.get(name);
        if (sentAt === undefined) continue;
        lastLagMs = clock.monotonic() - sentAt;
        show(lastLagMs);
        // Older ones have arrived too: they come in order.
        for (const earlier of [...underWay.keys()]) {
          underWay.delete(earlier);
          if (earlier === name) break;
        }
      }
    },
    stop() {
      for (const stop of stops) stop();
      // Somebody else follows from now on, and tells.
      show(0);
    },
  };
}
