import { readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import { errorCode } from '../processes/stack-problem.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links between shared libraries that a package cannot carry; npm does it in a postinstall script, which
 * `npm ci --ignore-scripts` leaves out. Safe to run twice and at once. `incomplete` when the folder is read-only.
 */
export async function linkSharedLibraries(packageFolder: string): Promise<'complete' | 'incomplete'> {
  const links = await readLinks(join(packageFolder, 'native', 'pg-symlinks.json'));
  const made = await Promise.all(
    links.map(({ source, target }) => makeLink(join(packageFolder, source), join(packageFolder, target))),
  );
  return made.every(Boolean) ? 'complete' : 'incomplete';
}

async function readLinks(file: string): Promise<readonly Link[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Link[];
  } catch (error) {
    // Windows has no links, and so no list of them.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function makeLink(source: string, target: string): Promise<boolean> {
  const to = relative(dirname(target), source);
  if ((await readlink(target).catch(() => undefined)) === to) return true;
  if (await isSameFile(source, target)) return true;
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    await symlink(to, draft);
    await rename(draft, target);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other).catch(() => undefined)]);
  return b?.ino === a.ino && b.dev === a.dev;
}
