import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresSettings } from '../../dev/postgres/server-settings.ts';
import { removeAbandoned } from '../../dev/processes/abandoned-folders.ts';
import { makeTemporaryFolder } from '../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../dev/processes/service-user.ts';
import { startStack, type Stack } from '../../dev/stack.ts';
import { layCluster } from './initialised.ts';
import { findMemoryFolder } from './memory-folder.ts';

export interface TestServersOptions {
  /** 1 when not given. */
  readonly replicas?: number;
  readonly postgresSettings?: PostgresSettings;
}

export type TestServers = Stack & { readonly dataDir: string };

const PREFIX = 'tributary-test-';
const MAX_CONNECTIONS = 200;

/**
 * A fresh stack in a folder of its own, for a test run's global set-up; `stop` ends the servers and removes the folder.
 * What a killed run left on the disk is removed by the next one.
 */
export async function startTestServers(options: TestServersOptions = {}): Promise<TestServers> {
  const dataDir = await makeTemporaryFolder(PREFIX, await findServiceUser(), await findMemoryFolder());
  const removeFolder = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    const sweeping = removeAbandoned(dataDir, PREFIX);
    await layCluster(join(dataDir, 'primary'));
    const stack = await startStack({
      dataDir,
      durable: false,
      replicas: options.replicas,
      postgresSettings: { max_connections: MAX_CONNECTIONS, ...options.postgresSettings },
    });
    await sweeping;
    const stop = async () => {
      await stack.stop();
      await removeFolder();
    };
    return { ...stack, dataDir, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
