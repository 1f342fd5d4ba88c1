import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import { unavailable } from '../errors/domain-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { defineScript, type RedisCommand, type RedisReply } from '../redis/script.ts';

/** Counts what subjects use up in a period, exactly, over all gateways. */
export interface Quotas {
  /**
   * One step over all counters: all are raised, or none. A consumption that was passed before passes again and counts once.
   * Where Redis has lost the counters, they are restored from `recorded` first, which tells what was consumed in the period.
   * Rejects with `UPSTREAM_UNAVAILABLE` where Redis cannot be asked; then nothing has passed.
   */
  consume(
    consumption: Consumption,
    limits: readonly Limit[],
    recorded: () => Promise<readonly Recorded[]>,
  ): Promise<Consumed>;
  /** Takes back what passed; repeating it changes nothing. Resolves to whether Redis could be asked. */
  refund(consumption: Consumption): Promise<boolean>;
}

export interface Consumption {
  readonly subject: string;
  /** Such as a day. */
  readonly period: string;
  /** Unique for the subject in the period; a repeat has the same. */
  readonly id: string;
}

export interface Limit {
  /** A word. */
  readonly counter: string;
  readonly most: number;
}

/** A consumption that is known from elsewhere. */
export interface Recorded {
  readonly id: string;
  readonly counters: readonly string[];
}

export type Consumed =
  /** `refund` takes back what this attempt got, unless a repeat has it by now. Never rejects. */
  | { readonly isPassed: true; readonly refund: () => Promise<void> }
  | { readonly isPassed: false; readonly usedUp: string };

interface Needs {
  /** The state role: an evicted counter would let more pass. */
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Life of a period's counters, ms: the period, and some more for clocks that differ. */
  readonly lifeMs: number;
}

const folder = join(projectRoot(import.meta.url), 'src/limits/scripts');
const script = (name: string) =>
  defineScript({ name, keys: 1, lua: readFileSync(join(folder, `${name}-1.lua`), 'utf8') });
const scripts = { consume: script('consume'), refund: script('refund'), restore: script('restore') };

/**
 * All counters of a subject and period lie in one hash, so that one script sees them together on whichever node of a
 * cluster, and so that they are lost together. The hash's name tells the server: one that was restarted, or has taken over,
 * may hold an old copy, and an old copy would let too many pass.
 */
export function createQuotas({ redis, app, metrics, log, lifeMs }: Needs): Quotas {
  const nextAttempt = () => randomBytes(6).toString('hex');

  function keyOf({ subject, period }: Consumption): string {
    const server = redis.identity();
    if (server === undefined) throw unavailable('The store of quotas');
    return `${app}:quota:{${encodeURIComponent(subject)}}:${encodeURIComponent(period)}:${server}`;
  }

  async function run(command: RedisCommand): Promise<RedisReply> {
    const [reply = null] = await redis.batch([command]).catch((error: unknown) => {
      throw unavailable('The store of quotas', error);
    });
    if (reply instanceof Error) throw unavailable('The store of quotas', reply);
    return reply;
  }

  async function takeBack(consumption: Consumption, attempt: string): Promise<boolean> {
    try {
      await run([scripts.refund, keyOf(consumption), consumption.id, attempt]);
      return true;
    } catch (error) {
      // It stays consumed: a repeat with the same id passes, and the period ends.
      log.warn({ err: error, consumption }, 'a quota was not refunded');
      return false;
    }
  }

  return {
    async consume(consumption, limits, recorded) {
      const key = keyOf(consumption);
      const attempt = nextAttempt();
      const pairs = limits.flatMap(({ counter, most }) => [counter, most]);
      const consume: RedisCommand = [scripts.consume, key, consumption.id, attempt, ...pairs];
      const refund = async () => {
        await takeBack(consumption, attempt);
      };
      try {
        let outcome = await run(consume);
        if (outcome === 'unknown') {
          await run(restoring(key, await recorded()));
          outcome = await run(consume);
        }
        if (outcome === 'passed') return { isPassed: true, refund };
        if (typeof outcome === 'string' && outcome.startsWith('#')) return refuse(outcome.slice(1));
        throw unavailable('The store of quotas');
      } catch (error) {
        // It may have passed, and only the answer was lost.
        await refund();
        throw error;
      }
    },
    refund: (consumption) => takeBack(consumption, ''),
  };

  function refuse(usedUp: string): Consumed {
    metrics.quotaRefusals.inc({ counter: usedUp });
    return { isPassed: false, usedUp };
  }

  function restoring(key: string, recorded: readonly Recorded[]): RedisCommand {
    const pairs = recorded.flatMap(({ id, counters }) => [id, counters.join(' ')]);
    return [scripts.restore, key, lifeMs, ...pairs];
  }
}
