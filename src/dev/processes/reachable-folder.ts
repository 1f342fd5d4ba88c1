import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, constants, lstat, mkdir, mkdtemp, realpath, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ServiceUser } from './service-user.ts';
import { StackProblem } from './stack-problem.ts';

/** Whether this account may enter the folder, judged by the mode of it and of every folder above. */
export async function canReach(folder: string, user: ServiceUser | undefined): Promise<boolean> {
  if (!user) return true;
  let path = await realpath(folder);
  for (;;) {
    if (!mayEnter(await stat(path), user)) return false;
    const parent = dirname(path);
    if (parent === path) return true;
    path = parent;
  }
}

/** The folder of this package: the nearest one upwards with a package.json. */
function projectFolder(from: string = import.meta.dirname): string {
  const parent = dirname(from);
  return existsSync(join(from, 'package.json')) || parent === from ? from : projectFolder(parent);
}

/** Where the stack keeps its data: `configured`, else `.stack` in the project, else a folder for temporary files. */
export async function chooseDataRoot(
  configured: string | undefined,
  user: ServiceUser | undefined,
): Promise<string> {
  if (configured === undefined) return firstUsable('.stack', user);
  const folder = resolve(configured);
  if (await makeUsable(folder, user)) return folder;
  throw new StackProblem(
    `The data folder ${folder} cannot be used${user ? ` by the account ${user.name}, which Postgres runs as` : ''}: ` +
      'every folder above it must be open to it (chmod a+x), or choose another with STACK_DATA_DIR.',
  );
}

/** Where things fetched or copied once are kept: `.cache` in the project, else a folder for temporary files. */
export async function chooseCacheRoot(user: ServiceUser | undefined): Promise<string> {
  return firstUsable('.cache', user);
}

/**
 * A new, empty folder whose name begins with `prefix`, in `preferred` or else where temporary files go, and where this account
 * can follow.
 */
export async function makeTemporaryFolder(
  prefix: string,
  user: ServiceUser | undefined,
  preferred?: string,
): Promise<string> {
  const parents = [...(preferred === undefined ? [] : [preferred]), ...temporaryFolders()];
  for (const parent of parents) {
    if (await makeUsable(parent, user)) {
      const folder = await mkdtemp(join(parent, prefix));
      await chmod(folder, 0o755);
      return folder;
    }
  }
  throw new StackProblem(`No folder for temporary files can be used (${parents.join(', ')}): set TMPDIR.`);
}

async function firstUsable(name: '.stack' | '.cache', user: ServiceUser | undefined): Promise<string> {
  const project = projectFolder();
  const own = join(project, name);
  if (await makeUsable(own, user)) return own;

  const hash = createHash('sha256').update(project).digest('hex').slice(0, 10);
  const shared = temporaryFolders().map((folder) => join(folder, `tributary-${hash}${name}`));
  for (const folder of shared) {
    if ((await makeUsable(folder, user)) && (await isOurs(folder))) return folder;
  }
  throw new StackProblem(
    `None of these folders can be used: ${[own, ...shared].join(', ')}. Choose one with STACK_DATA_DIR.`,
  );
}

function temporaryFolders(): readonly string[] {
  const shared = process.platform === 'win32' ? [] : ['/var/tmp', '/tmp'];
  return [...new Set([tmpdir(), ...shared])];
}

/** Makes the folder if need be; false when it cannot be made, written or entered. */
async function makeUsable(folder: string, user: ServiceUser | undefined): Promise<boolean> {
  try {
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined) await chmod(folder, 0o755);
    await access(folder, constants.W_OK | constants.X_OK);
    if (await canReach(folder, user)) return true;
    if (made !== undefined) await rmdir(folder);
    return false;
  } catch {
    return false;
  }
}

/** Where everybody may write, someone else could have put the name there first. */
async function isOurs(folder: string): Promise<boolean> {
  const info = await lstat(folder);
  return !info.isSymbolicLink() && (process.getuid === undefined || info.uid === process.getuid());
}

function mayEnter(info: { mode: number; uid: number; gid: number }, user: ServiceUser): boolean {
  if (info.uid === user.uid) return (info.mode & 0o100) !== 0;
  if (info.gid === user.gid) return (info.mode & 0o010) !== 0;
  return (info.mode & 0o001) !== 0;
}
