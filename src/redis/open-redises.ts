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

/** How often a worker asks the servers for their memory. */
const measureEveryMs = 5_000;

/** Starts to connect to what the configuration names, and returns at once. */
export function openRedises(config: Config, needs: Omit<RedisNeeds, 'url' | 'role' | 'settings'>): Redises {
  const settings = { deadlineMs: config.REDIS_DEADLINE_MS };
  const open = (role: RedisNeeds['role']) =>
    openRedis({ ...needs, ...redisServers(config, role), role, settings });
  const redis = open(config.REDIS_STATE_URL === undefined ? 'both' : 'cache');
  const stateRedis = config.REDIS_STATE_URL === undefined ? redis : open('state');
  const all = [...new Set<Redis>([redis, stateRedis])];
  // By workers alone: each server's figures are the same, whoever asks.
  const stopMeasuring = config.ROLES.includes('worker')
    ? needs.clock.every(measureEveryMs, () => all.forEach((each) => void each.measure()))
    : () => undefined;
  return {
    redis,
    stateRedis,
    async close() {
      stopMeasuring();
      await Promise.all(all.map((each) => each.close()));
    },
  };
}
