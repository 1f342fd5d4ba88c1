import type { Clock } from '../clock/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createDatabase, type Database } from './database.ts';
import { createShards, shardName, type Shards } from './shards.ts';

interface Databases {
  /** The main cluster, with the cache's epochs. */
  readonly database: Database;
  /** Where data lies that is spread by key: the main cluster alone unless others are configured. */
  readonly shards: Shards & { close(): Promise<void> };
}

interface Needs {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Opens every cluster that is configured, at once. */
export async function openDatabases(config: Config, needs: Needs): Promise<Databases> {
  const settings = {
    poolSize: config.POOL_SIZE,
    poolQueue: config.POOL_QUEUE,
    poolWaitMs: config.POOL_WAIT_MS,
    connectTimeoutMs: config.CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    sampleMs: config.REPLICA_SAMPLE_MS,
    maxLagMs: config.REPLICA_MAX_LAG_MS,
    strictLicenceMs: config.STRICT_LICENCE_MS,
  };
  const [database, ...spread] = await Promise.all([
    createDatabase({
      primaryUrl: config.DATABASE_URL,
      replicaUrls: config.DATABASE_REPLICA_URLS,
      epochs: true,
      settings,
      ...needs,
    }),
    ...config.DATABASE_SHARDS.map(([primaryUrl, ...replicaUrls], index) =>
      createDatabase({ primaryUrl, replicaUrls, name: shardName(index), settings, ...needs }),
    ),
  ]);
  const shards = createShards({ clusters: spread.length === 0 ? [database] : spread });
  const close = async () => {
    await Promise.all(spread.map((each) => each.close()));
  };
  return { database, shards: { ...shards, close } };
}
