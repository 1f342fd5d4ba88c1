import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lockHolder } from './folder-lock.ts';

/** A folder without a lock may belong to a run that is just beginning. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/** Removes the folders beside `own` whose names begin with `prefix` and whose run was killed. */
export async function removeAbandoned(own: string, prefix: string): Promise<void> {
  const parent = dirname(own);
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix) && name !== basename(own));
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
