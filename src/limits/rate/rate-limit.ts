import type { Clock } from '../../clock/clock.ts';
import { inBackground, type Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Redis } from '../../redis/redis.ts';
import { createFreeBudget, type Budget, type Standing } from './budget.ts';
import { createSharedCounts, type Count, type Counts } from './counts.ts';
import { createLocalCounts } from './local-counts.ts';
import { networkOf } from './network.ts';
import { RateLimited } from './rate-limited.ts';

/**
 * Limits how many points each asker takes in a minute: exactly, over all gateways; without Redis each gateway counts for
 * itself, so that an outage neither refuses anybody nor lets everything through.
 */
export interface RateLimit {
  /**
   * Takes the one point that every request costs. Needs neither the session nor the document, so that it can go side by
   * side with the look-up of the one, before the other is read. Never rejects.
   */
  enter(asker: Asker): Promise<Entry>;
  /** What is left for the request that entered. Throws `RATE_LIMITED` where its one point was one too many. */
  admit(entry: Entry, kind: AskerKind): Budget;
}

export type Asker = { readonly userId: string } | { readonly address: string };

/** Backends may take more. */
export type AskerKind = 'client' | 'service';

/** Undefined where nobody is limited. */
export type Entry = Taken | undefined;

interface Taken extends Count {
  readonly key: string;
  /** Who has counted it, and takes it back. */
  readonly counts: Counts;
}

interface Needs {
  /** The state role. */
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Points in one minute; with 0 for clients nobody is limited. */
  readonly limits: Readonly<Record<AskerKind, number>>;
}

const windowMs = 60_000;
/** Some 20 MB. */
const maxLocalKeys = 100_000;

export function createRateLimit({ redis, app, clock, metrics, log, limits }: Needs): RateLimit {
  const shared = createSharedCounts({ redis, app, windowMs });
  const local = createLocalCounts({ clock, windowMs, maxKeys: maxLocalKeys });

  async function spend(key: string, points: number, most?: number): Promise<Taken> {
    try {
      return { ...(await shared.spend(key, points, most)), key, counts: shared };
    } catch (error) {
      metrics.rateLimitLocal.inc();
      // The breaker says aloud that Redis is away; here it would be said with every request.
      log.debug({ err: error }, 'points are counted by this process alone');
      return { ...(await local.spend(key, points, most)), key, counts: local };
    }
  }

  /** The budget of an operation for which `paid` was taken before. */
  function open(entered: Taken, limit: number, paid: 0 | 1): Budget {
    let last = entered;
    let cost = 1;
    let taken: number = paid;
    let givenBack = 0;
    let isFirst = true;

    const budget: Budget = {
      next() {
        if (!isFirst) return open(last, limit, 0);
        isFirst = false;
        return budget;
      },
      cost: () => cost,
      price: (points) => void (cost = points),
      async charge() {
        const missing = cost - taken;
        if (missing <= 0) return true;
        last = await spend(entered.key, missing, limit);
        if (last.isSpent) taken = cost;
        return last.isSpent;
      },
      settle(points) {
        const spare = taken - Math.max(1, points);
        if (spare <= 0) return;
        taken -= spare;
        givenBack += spare;
        // What is spare was taken last, wherever that was.
        inBackground(log, 'a refund', last.counts.refund(last.key, spare, last.endsAt).catch(noteLost));
      },
      taken: () => taken,
      standing: () => standingOf(last, limit, givenBack),
    };
    return budget;
  }

  /** The asker pays more than was needed, until the window is over. */
  function noteLost(error: unknown): void {
    log.debug({ err: error }, 'points were not given back');
  }

  return {
    enter: (asker) => (limits.client === 0 ? Promise.resolve(undefined) : spend(keyOf(asker), 1)),
    admit(entry, kind) {
      if (entry === undefined) return createFreeBudget();
      const limit = limits[kind];
      if (entry.used <= limit) return open(entry, limit, 1);
      metrics.rateLimitRefusals.inc({ reason: 'used_up' });
      throw new RateLimited(standingOf(entry, limit), 1);
    },
  };
}

const keyOf = (asker: Asker): string =>
  'userId' in asker ? `user:${asker.userId}` : `address:${networkOf(asker.address)}`;

function standingOf({ used, endsAt, leftMs }: Count, limit: number, givenBack = 0): Standing {
  return {
    limit,
    remaining: Math.max(0, limit - used + givenBack),
    resetAt: new Date(endsAt),
    resetSeconds: Math.max(1, Math.ceil(leftMs / 1_000)),
  };
}
