import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '../../dev/processes/folder-lock.ts';
import { makeTemporaryFolder } from '../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../dev/processes/service-user.ts';
import { createRedisServer, type RedisServer } from '../../dev/redis/redis-server.ts';
import type { ProofContext } from './proof.ts';

/** A Redis of the proof's own, where it needs no Postgres. */
export function startOwnRedis({
  step,
  resources,
}: Pick<ProofContext, 'step' | 'resources'>): Promise<RedisServer> {
  return step('Redis', async () => {
    const folder = await resources.open(
      async () => makeTemporaryFolder('tributary-test-', await findServiceUser()),
      (made) => rm(made, { recursive: true, force: true, maxRetries: 3 }),
    );
    await resources.open(
      () => lockFolder(folder),
      (unlock) => unlock(),
    );
    return resources.open(
      () => createRedisServer({ dataDir: join(folder, 'redis') }),
      (server) => server.stop(),
    );
  });
}
