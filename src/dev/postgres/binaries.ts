import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree } from '../processes/owned-files.ts';
import { canReach, chooseCacheRoot } from '../processes/reachable-folder.ts';
import { findServiceUser, type ServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { findPlatformPackage } from './platform-package.ts';
import { linkSharedLibraries } from './shared-library-links.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The major version, e.g. `18`; a data folder of another one cannot be opened. */
  readonly major: string;
  /** The account to run as; undefined when we run as ourselves. */
  readonly runAs: ServiceUser | undefined;
}

let found: Promise<PostgresBinaries> | undefined;

/** The Postgres that came with the npm packages, ready to run; `StackProblem` when this machine has none. */
export function findPostgres(): Promise<PostgresBinaries> {
  found ??= locate();
  return found;
}

async function locate(): Promise<PostgresBinaries> {
  const { folder, version } = await findPlatformPackage();
  const runAs = await findServiceUser();
  if (process.getuid?.() === 0 && !runAs) {
    throw new StackProblem(
      'Postgres refuses to run as root, and there is no account postgres or nobody: set DATABASE_URL.',
    );
  }
  const links = await linkSharedLibraries(folder);
  const native = join(folder, 'native');
  const usable = links === 'complete' && (await isReachable(native, runAs));
  const home = usable ? native : await copyOnce(folder, version, runAs);
  const [bin, suffix] = [join(home, 'bin'), process.platform === 'win32' ? '.exe' : ''];
  return {
    postgres: join(bin, `postgres${suffix}`),
    initdb: join(bin, `initdb${suffix}`),
    major: version.split('.')[0] ?? version,
    runAs,
  };
}

async function isReachable(native: string, user: ServiceUser | undefined): Promise<boolean> {
  const folders = ['bin', 'lib', 'share']
    .map((name) => join(native, name))
    .filter((folder) => existsSync(folder));
  return (await Promise.all(folders.map((folder) => canReach(folder, user)))).every(Boolean);
}

/** Some 60 MB, once per version; built aside and renamed, so that a half copy is never used. */
async function copyOnce(folder: string, version: string, owner: ServiceUser | undefined): Promise<string> {
  const target = join(
    await chooseCacheRoot(owner),
    `postgres-${version}-${process.arch}-${owner?.name ?? 'own'}`,
  );
  const native = join(target, 'native');
  if (existsSync(target)) return native;
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    // mkdir obeys the umask, chmod does not, and another account must get in.
    await mkdir(draft);
    await chmod(draft, 0o755);
    await copyTree(join(folder, 'native'), join(draft, 'native'), { owner, folderMode: 0o755 });
    await linkSharedLibraries(draft);
    await rename(draft, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return native;
}
