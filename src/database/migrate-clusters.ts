import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { findPrimary } from './find-primary.ts';
import { migrate } from './migrate.ts';
import { shardName } from './shards.ts';

/**
 * Brings the main cluster to the present schema, and each shard, which has the same one. Rejects where the main one fails; a
 * shard that cannot be reached takes down its own keys only, and is brought up to date with the next start.
 */
export async function migrateClusters(config: Config, log: Log): Promise<readonly string[]> {
  const applied = await migrate(
    await findPrimary([config.DATABASE_URL, ...config.DATABASE_REPLICA_URLS]),
    log,
  );
  await Promise.all(
    config.DATABASE_SHARDS.map(async (urls, index) => {
      try {
        await migrate(await findPrimary(urls), log);
      } catch (error) {
        log.error({ err: error, shard: shardName(index) }, 'a shard could not be brought to the schema');
      }
    }),
  );
  return applied;
}
