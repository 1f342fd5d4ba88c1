import { createRedisCluster, type RedisCluster } from './cluster.ts';
import { createRedis, type RedisNeeds } from './redis.ts';

interface Needs extends Omit<RedisNeeds, 'url'> {
  /** One server, or some of a cluster. */
  readonly urls: readonly string[];
  readonly cluster: boolean;
}

/** A single server or a cluster, as the configuration says; starts to connect and returns at once. */
export function openRedis({ urls, cluster, ...needs }: Needs): RedisCluster {
  if (cluster) return createRedisCluster({ urls, ...needs });
  return { ...createRedis({ url: urls[0] ?? '', ...needs }), urls: () => urls };
}
