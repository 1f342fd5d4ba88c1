import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import type { Redis } from '../redis/redis.ts';
import { defineScript, type RedisCommand, type RedisReply } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { byShard, shardCount } from './shards.ts';

/**
 * When everybody was active last, in Redis: sorted sets by time, over which the ids are spread. A call is one round trip
 * to each node that holds some of the ids, all at once, and costs O(log n) for an id. Never rejects.
 */
export interface Roster {
  /** Notes times of activity, epoch ms by id; who was active from `since` on is here. */
  note(times: ReadonlyMap<string, number>, since: number): Promise<Noted>;
  /** The last activity, epoch ms; undefined for who is not in the sets. Who could not be looked up is left out. */
  look(ids: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>;
  /**
   * Removes who was active last before `before`, epoch ms; one set after the other, in small steps. By their score, within
   * Redis: somebody who is active meanwhile stays, and two who sweep at once do no harm, so nobody is elected for it.
   * Resolves to how many are left, as far as that can be told.
   */
  sweep(before: number): Promise<number>;
  /** About so many of those who were active last, the latest first. */
  readonly latest: (count: number) => Promise<readonly string[]>;
}

export interface Noted {
  /** Who was not here before. */
  readonly came: readonly string[];
  /** Whose time may not have been noted. */
  readonly failed: readonly string[];
}

interface Needs {
  /** The state role: it is no copy of anything. */
  readonly redis: Redis;
  /** First part of every key. */
  readonly app: string;
}

const folder = join(projectRoot(import.meta.url), 'src/presence/scripts');
const script = (name: string) =>
  defineScript({ name, keys: 1, lua: readFileSync(join(folder, `${name}-1.lua`), 'utf8') });
const scripts = { touch: script('touch'), sweep: script('sweep') };

/** Takes Redis a millisecond or two, in which nobody else is served. */
const sweptAtOnce = 1_000;

export function createRoster({ redis, app }: Needs): Roster {
  // The number of shards is in the name: with another number nobody is looked for where nobody is.
  const keyOf = (shard: number) => `${app}:presence:${shardCount}:${shard}`;
  const all = Array.from({ length: shardCount }, (_, shard) => shard);

  /** The reply of each shard; those of a node that failed are left out. */
  async function ask(
    shards: readonly number[],
    toCommand: (key: string, shard: number) => RedisCommand,
  ): Promise<ReadonlyMap<number, RedisReply>> {
    const keys = shards.map(keyOf);
    const commands = shards.map((shard, index) => toCommand(keys[index] ?? '', shard));
    const answers = await Promise.all(
      redis.groupByNode(keys).map(async (group) => {
        const replies = await tryBatch(commands.filter((_, index) => group.includes(index)));
        return replies.map((reply, index) => [shards[group[index] ?? -1] ?? -1, reply] as const);
      }),
    );
    return new Map(answers.flat().filter(([, reply]) => !(reply instanceof Error)));
  }

  async function tryBatch(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]> {
    try {
      return await redis.batch(commands);
    } catch (error) {
      if (error instanceof RedisUnavailable) return [];
      throw error;
    }
  }

  /** Resolves to how many are left. */
  async function sweepShard(shard: number, before: number): Promise<number> {
    for (;;) {
      const replies = await ask([shard], (key) => [scripts.sweep, key, before, sweptAtOnce]);
      const [removed = 0, left = 0] = textsOf(replies.get(shard) ?? []).map(Number);
      if (removed < sweptAtOnce) return left;
    }
  }

  return {
    async note(times, since) {
      const shards = byShard(times.keys());
      const replies = await ask([...shards.keys()], (key, shard) => {
        const pairs = (shards.get(shard) ?? []).flatMap((id) => [times.get(id) ?? 0, id]);
        return [scripts.touch, key, since, ...pairs];
      });
      return {
        came: [...replies.values()].flatMap(textsOf),
        failed: [...shards].flatMap(([shard, ids]) => (replies.has(shard) ? [] : ids)),
      };
    },

    async look(ids) {
      const shards = byShard(new Set(ids));
      const replies = await ask([...shards.keys()], (key, shard) => [
        'zmscore',
        key,
        ...(shards.get(shard) ?? []),
      ]);
      const times = new Map<string, number | undefined>();
      for (const [shard, reply] of replies) {
        const scores: readonly unknown[] = Array.isArray(reply) ? reply : [];
        for (const [index, id] of (shards.get(shard) ?? []).entries()) times.set(id, timeOf(scores[index]));
      }
      return times;
    },

    async sweep(before) {
      let total = 0;
      for (const shard of all) total += await sweepShard(shard, before);
      return total;
    },

    async latest(count) {
      const share = Math.ceil(count / shardCount);
      const replies = await ask(all, (key) => ['zrevrange', key, 0, share - 1, 'withscores']);
      return [...replies.values()]
        .flatMap((reply) => pairsOf(textsOf(reply)))
        .toSorted(([, one], [, other]) => other - one)
        .slice(0, count)
        .map(([id]) => id);
    },
  };
}

const textsOf = (reply: RedisReply): readonly string[] => (Array.isArray(reply) ? reply.map(String) : []);

const timeOf = (score: unknown) => (score === null || score === undefined ? undefined : Number(score));

/** Ids and times in turn. */
function pairsOf(texts: readonly string[]): readonly (readonly [id: string, at: number])[] {
  return texts.flatMap((id, index) => (index % 2 === 0 ? [[id, Number(texts[index + 1])] as const] : []));
}
