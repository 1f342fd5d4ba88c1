import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PostgresSettings } from '../../dev/postgres/server-settings.ts';
import { lockHolder } from '../../dev/processes/folder-lock.ts';
import { makeTemporaryFolder } from '../../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../../dev/processes/service-user.ts';
import { startStack, type Stack } from '../../dev/stack.ts';
import { findMemoryFolder } from './memory-folder.ts';

export interface TestServersOptions {
  /** 1 when not given. */
  readonly replicas?: number;
  readonly postgresSettings?: PostgresSettings;
}

export type TestServers = Stack & { readonly dataDir: string };

const PREFIX = 'tributary-test-';
const MAX_CONNECTIONS = 200;
/** A folder without a lock may belong to a run that is just beginning. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * A fresh stack in a folder of its own, for a test run's global set-up; `stop` ends the servers and removes the folder.
 * What a killed run left on the disk is removed by the next one.
 */
export async function startTestServers(options: TestServersOptions = {}): Promise<TestServers> {
  const dataDir = await makeTemporaryFolder(PREFIX, await findServiceUser(), await findMemoryFolder());
  const removeFolder = () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    const sweeping = removeAbandoned(dataDir);
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

async function removeAbandoned(own: string): Promise<void> {
  const parent = dirname(own);
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX) && name !== basename(own));
  await Promise.all(
    names.map(async (name) => {
      const folder = join(parent, name);
      // Somebody else's, or just being removed: not ours to mind.
      if (await isAbandoned(folder).catch(() => false)) {
        await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      }
    }),
  );
}

async function isAbandoned(folder: string): Promise<boolean> {
  const { mtimeMs, uid } = await stat(folder);
  if (process.getuid !== undefined && uid !== process.getuid()) return false;
  return (await lockHolder(folder)) === undefined && Date.now() - mtimeMs > ABANDONED_AFTER_MS;
}
