import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../config/project-root.ts';
import type { Redis } from '../../redis/redis.ts';
import { defineScript, type RedisReply } from '../../redis/script.ts';

/** Points taken by key, in windows of one length that begin with the first point. */
export interface Counts {
  /** Takes `points`, or none where more than `most` would be taken in all; without `most`, whatever was taken before. */
  spend(key: string, points: number, most?: number): Promise<Count>;
  /** Gives back points that were taken in the window that ends then; nothing happens when it is over. */
  refund(key: string, points: number, endsAt: number): Promise<void>;
}

export interface Count {
  readonly key: string;
  /** Who has counted it, and takes it back. */
  readonly counts: Counts;
  readonly isSpent: boolean;
  /** Points taken in this window. */
  readonly used: number;
  /** Epoch milliseconds, by the clock of whoever counts: names the window. */
  readonly endsAt: number;
  readonly leftMs: number;
}

interface Needs {
  /** The state role: an evicted count would let more pass. */
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
  readonly windowMs: number;
}

const folder = join(projectRoot(import.meta.url), 'src/limits/rate/scripts');
const script = (name: string, perKey = false) =>
  defineScript({ name, keys: 1, perKey, lua: readFileSync(join(folder, `${name}-1.lua`), 'utf8') });
const scripts = { spend: script('spend', true), refund: script('refund') };

/** One count for all gateways. Rejects where Redis cannot be asked, or refuses. */
export function createSharedCounts({ redis, app, windowMs }: Needs): Counts {
  const keyOf = (key: string) => `${app}:rate:${key}`;

  const counts: Counts = {
    spend: (key, points, most) =>
      redis
        .batch([[scripts.spend, keyOf(key), points, most ?? '', windowMs]])
        .then(([reply]) => readCount(key, reply)),
    async refund(key, points, endsAt) {
      const [reply] = await redis.batch([[scripts.refund, keyOf(key), points, endsAt]]);
      if (reply instanceof Error) throw reply;
    },
  };
  return counts;

  function readCount(key: string, reply: RedisReply | undefined): Count {
    if (reply instanceof Error) throw reply;
    const [isSpent, used, endsAt, leftMs] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    if (typeof used !== 'number' || typeof endsAt !== 'number' || typeof leftMs !== 'number')
      throw new Error('SPEND was answered with something else');
    return { key, counts, isSpent: isSpent === 1, used, endsAt, leftMs };
  }
}
