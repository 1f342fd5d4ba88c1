import type { Instruments } from './instruments.ts';

/** What the servers behind the gateway say of themselves, and how long they are waited for. */
export const serverInstruments = ({ counter, gauge, seconds }: Instruments) => ({
  redisConnections: counter('gateway_redis_connections_total', 'Connections made, the first one included.', [
    'role',
    'node',
  ]),
  redisMemory: gauge('gateway_redis_memory_bytes', 'Memory in use, as a worker last asked.', [
    'role',
    'node',
  ]),
  redisMemoryLimit: gauge(
    'gateway_redis_memory_limit_bytes',
    'Memory that may be in use: `maxmemory`, or all of the machine’s where that is not set.',
    ['role', 'node'],
  ),
  redisEvictions: counter(
    'gateway_redis_evicted_keys_total',
    'Keys evicted for want of memory, as a worker has seen it.',
    ['role', 'node'],
  ),
  postgresPoolSize: gauge('gateway_postgres_pool_size', 'Connections that may be lent out.', ['node']),
  postgresPoolWaitSeconds: seconds(
    'gateway_postgres_pool_wait_seconds',
    'Time of those who had to wait for a connection, given or not.',
    ['node'],
  ),
  postgresReplicaLagSeconds: gauge(
    'gateway_postgres_replica_lag_seconds',
    'For how long the primary has had what the replica still lacks, when last sampled.',
    ['node'],
  ),
});
