import type { Clock } from '../../clock/clock.ts';
import { inBackground, type Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Redis } from '../../redis/redis.ts';
import { createFreeBudget, type Budget } from './budget.ts';
import { createSharedCounts, type Count } from './counts.ts';
import { createLocalCounts } from './local-counts.ts';
import { networkOf } from './network.ts';
import { PaidBudget, standingOf, type Purse, type Spend } from './paid-budget.ts';
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

/** The point that was taken; undefined where nobody is limited. */
export type Entry = Count | undefined;

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

  const spend: Spend = (key, points, most) =>
    shared.spend(key, points, most).catch((error: unknown) => {
      metrics.rateLimitLocal.inc();
      // The breaker says aloud that Redis is away; here it would be said with every request.
      log.debug({ err: error }, 'points are counted by this process alone');
      return local.spend(key, points, most);
    });

  function giveBack({ counts, key, endsAt }: Count, points: number): void {
    // The asker pays more than was needed, until the window is over.
    const noteLost = (error: unknown) => log.debug({ err: error }, 'points were not given back');
    inBackground(log, 'a refund', counts.refund(key, points, endsAt).catch(noteLost));
  }

  const purseOf = (kind: AskerKind): Purse => ({ limit: limits[kind], spend, giveBack });
  const purses = { client: purseOf('client'), service: purseOf('service') };

  return {
    enter: (asker) => (limits.client === 0 ? Promise.resolve(undefined) : spend(keyOf(asker), 1)),
    admit(entry, kind) {
      if (entry === undefined) return createFreeBudget();
      if (entry.used <= limits[kind]) return new PaidBudget(purses[kind], entry, 1);
      metrics.rateLimitRefusals.inc({ reason: 'used_up' });
      throw new RateLimited(standingOf(entry, limits[kind]), 1);
    },
  };
}

const keyOf = (asker: Asker): string =>
  'userId' in asker ? `user:${asker.userId}` : `address:${networkOf(asker.address)}`;
