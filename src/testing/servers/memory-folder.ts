import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const place = '/dev/shm';
const tmpfs = 0x01021994;
const neededBytes = 4 * 2 ** 30;

/**
 * A folder in memory, where there is plenty of that and nobody has said where temporary files go; undefined elsewhere. The
 * servers of tests make and remove files by the thousand, over which a file system on a disk spends a third of a run.
 */
export async function findMemoryFolder(): Promise<string | undefined> {
  if (tmpdir() !== '/tmp' || process.availableMemory() < 2 * neededBytes) return undefined;
  const found = await statfs(place).catch(() => undefined);
  return found?.type === tmpfs && found.bavail * found.bsize >= neededBytes ? place : undefined;
}
