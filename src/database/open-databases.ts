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

/**
 * Opens every cluster that is configured, at once; the main one is used behind `around`.
 *
 * The cache's epochs are those of the main cluster. A new generation has none of the fences of the one before, so that the
 * shards' replicas must come as far as their primaries are now. And where a shard's primary was replaced, which its own row
 * of epochs tells, entries may be made of commits that its successor lacks: then a new generation is raised.
 */
export async function openDatabases(
  config: Config,
  needs: Needs,
  around: (main: Database) => Database = (main) => main,
): Promise<Databases> {
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
  const spread: Database[] = [];
  const opening = createDatabase({
    primaryUrl: config.DATABASE_URL,
    replicaUrls: config.DATABASE_REPLICA_URLS,
    epochs: true,
    onGeneration: () => spread.forEach((shard) => void shard.raiseFloor()),
    settings,
    ...needs,
  });
  const [main, ...clusters] = await Promise.all([
    opening,
    ...config.DATABASE_SHARDS.map(([primaryUrl, ...replicaUrls], index) =>
      createDatabase({
        ...{ primaryUrl, replicaUrls, settings, ...needs },
        name: shardName(index),
        epochs: true,
        onGeneration: () => void giveUpEntries(shardName(index)),
      }),
    ),
  ]);
  spread.push(...clusters);

  /** All gateways see it; one of them raises the number. */
  async function giveUpEntries(shard: string): Promise<void> {
    const { epochs } = await opening;
    await epochs
      .raise('generation', `another primary of ${shard}`, epochs.read('generation'))
      .catch((error: unknown) =>
        needs.log.error({ err: error, shard }, 'the entries of a shard could not be given up'),
      );
  }

  const database = around(main);
  const shards = createShards({ clusters: spread.length === 0 ? [database] : spread });
  const close = async () => {
    await Promise.all(spread.map((each) => each.close()));
  };
  return { database, shards: { ...shards, close } };
}
