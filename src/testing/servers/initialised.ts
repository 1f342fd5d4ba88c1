import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../config/project-root.ts';
import { findPlatformPackage } from '../../dev/postgres/platform-package.ts';
import { findPostgres } from '../../dev/postgres/binaries.ts';
import { initialiseCluster } from '../../dev/postgres/cluster-folder.ts';
import { copyTree } from '../../dev/processes/owned-files.ts';

/**
 * The data folder of a primary, as initdb makes it, which takes a second of a processor, and the same each time: it is made
 * once and copied. So all have the same system identifier, which is to tell copies of one cluster from those of others.
 */
export async function layCluster(dataDir: string): Promise<void> {
  const { version } = await findPlatformPackage();
  const { runAs: owner } = await findPostgres();
  const kept = join(projectRoot(import.meta.url), '.cache/test-cluster', version);
  if (existsSync(kept)) {
    await copyTree(kept, dataDir, { owner });
    return;
  }
  await initialiseCluster(dataDir);
  const unfinished = `${kept}.${process.pid}`;
  await mkdir(dirname(kept), { recursive: true });
  await copyTree(dataDir, unfinished);
  // Another process may have been faster; its files are as good.
  await rename(unfinished, kept).catch(() => rm(unfinished, { recursive: true, force: true }));
}
