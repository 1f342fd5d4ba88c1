import type { Clock } from '../clock/clock.ts';
import { unavailable } from '../errors/domain-error.ts';
import type { Redis } from '../redis/redis.ts';

/**
 * The `BANK` scope of sessions. It lives in Redis alone, on purpose: when Redis is lost, so is the scope, and the user
 * enters the password again.
 */
export interface BankScope {
  /** Opens it for 15 minutes. Throws `UPSTREAM_UNAVAILABLE` without Redis. */
  open(sessionId: string): Promise<void>;
  /** Whether it is open, and if so extends it. False without Redis. */
  use(sessionId: string): Promise<boolean>;
  /** When it ends, without extending it; undefined where it is not open, or without Redis. */
  endOf(sessionId: string): Promise<Date | undefined>;
}

const lifetimeMs = 15 * 60_000;

/**
 * For one request: `use` asks once of each session, however many fields want to know, and again behind an `open`. A scope that
 * ends meanwhile, or a Redis that dies, closes it for the next request.
 */
export function askedOnce(scope: BankScope): BankScope {
  const asked = new Map<string, Promise<boolean>>();
  return {
    endOf: (sessionId) => scope.endOf(sessionId),
    async open(sessionId) {
      await scope.open(sessionId);
      asked.delete(sessionId);
    },
    use(sessionId) {
      const known = asked.get(sessionId) ?? scope.use(sessionId);
      asked.set(sessionId, known);
      return known;
    },
  };
}

interface Needs {
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
  readonly clock: Clock;
}

export function createBankScope({ redis, app, clock }: Needs): BankScope {
  const keyOf = (sessionId: string) => `${app}:scope:bank:${sessionId}`;

  /** The one reply, or undefined when Redis cannot be asked: the scope is then closed. */
  async function ask(...command: readonly [string, ...(string | number)[]]): Promise<unknown> {
    try {
      const [reply] = await redis.batch([command]);
      return reply instanceof Error ? undefined : reply;
    } catch {
      return undefined;
    }
  }

  return {
    async open(sessionId) {
      const reply = await ask('set', keyOf(sessionId), '1', 'px', lifetimeMs);
      if (reply !== 'OK') throw unavailable('The session store');
    },
    use: async (sessionId) => (await ask('getex', keyOf(sessionId), 'px', lifetimeMs)) === '1',
    async endOf(sessionId) {
      const leftMs = await ask('pttl', keyOf(sessionId));
      return typeof leftMs === 'number' && leftMs > 0 ? new Date(clock.now() + leftMs) : undefined;
    },
  };
}
