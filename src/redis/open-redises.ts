import { redisServers, type Config } from '../config/config.ts';
import type { RedisCluster } from './cluster.ts';
import { openRedis } from './open-redis.ts';
import type { Redis, RedisNeeds } from './redis.ts';

export interface Redises {
  /** For what can be rebuilt. */
  readonly redis: RedisCluster;
  /** For live state: the same, unless it has a server of its own. */
  readonly stateRedis: Redis;
  close(): Promise<void>;
}

/** Starts to connect to what the configuration names, and returns at once. */
export function openRedises(config: Config, needs: Omit<RedisNeeds, 'url' | 'role' | 'settings'>): Redises {
  const settings = { deadlineMs: config.REDIS_DEADLINE_MS };
  const open = (role: RedisNeeds['role']) =>
    openRedis({ ...needs, ...redisServers(config, role), role, settings });
  if (config.REDIS_STATE_URL === undefined) {
    const redis = open('both');
    return { redis, stateRedis: redis, close: () => redis.close() };
  }
  const [redis, stateRedis] = [open('cache'), open('state')];
  return {
    redis,
    stateRedis,
    async close() {
      await Promise.all([redis.close(), stateRedis.close()]);
    },
  };
}
