import {
  chmod,
  chown,
  constants,
  copyFile,
  lchown,
  mkdir,
  readdir,
  readlink,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceUser } from './service-user.ts';
import { errorCode } from './stack-problem.ts';

/** A private folder (0700) that belongs to the account the server runs as. */
export async function makeOwnedFolder(path: string, owner: ServiceUser | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
  if (owner) await chown(path, owner.uid, owner.gid);
}

export async function writeOwnedFile(
  path: string,
  text: string,
  owner: ServiceUser | undefined,
): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (owner) await chown(path, owner.uid, owner.gid);
}

export interface CopyOptions {
  readonly owner?: ServiceUser | undefined;
  /** The mode of the folders made, 0700 when not given; files keep theirs. */
  readonly folderMode?: number;
  /** False leaves the entry out; asked with the path relative to the top, `/` between its parts. */
  readonly wanted?: (path: string, isFolder: boolean) => boolean;
}

/**
 * Copies a folder that may be in use: a file that vanishes meanwhile is left out. Links are copied as links.
 * The pool of file threads bounds how much runs at once.
 */
export async function copyTree(from: string, to: string, options: CopyOptions = {}): Promise<void> {
  await copyFolder(from, to, '', options);
}

async function copyFolder(from: string, to: string, path: string, options: CopyOptions): Promise<void> {
  const { owner, folderMode = 0o700, wanted = () => true } = options;
  await mkdir(to, { recursive: true });
  await chmod(to, folderMode);
  if (owner) await chown(to, owner.uid, owner.gid);

  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      const relative = path === '' ? entry.name : `${path}/${entry.name}`;
      if (!wanted(relative, entry.isDirectory())) return;
      if (entry.isDirectory()) await copyFolder(source, target, relative, options);
      else await copyEntry(source, target, entry.isSymbolicLink(), owner);
    }),
  );
}

async function copyEntry(
  source: string,
  target: string,
  isLink: boolean,
  owner: ServiceUser | undefined,
): Promise<void> {
  try {
    if (isLink) await symlink(await readlink(source), target);
    else await copyFile(source, target, constants.COPYFILE_FICLONE);
    if (owner) await lchown(target, owner.uid, owner.gid);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
