import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from './process-identity.ts';
import { StackProblem, errorCode } from './stack-problem.ts';

const LOCK_FILE = 'stack.pid';
const MAX_TRIES = 20;

/**
 * Claims a data folder for this process and returns the function that gives it back.
 * A lock whose process is gone is taken over; a living one is a `StackProblem` naming its pid.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lockFile = join(folder, LOCK_FILE);
  const own = `${process.pid}\n${String(await processIdentity(process.pid))}\n`;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await tryClaim(lockFile, own)) return () => release(lockFile, own);
    await discardStale(lockFile, folder);
  }
  throw new StackProblem(
    `The lock file ${lockFile} keeps changing; is something starting this stack in a loop?`,
  );
}

/** The pid of the living process that holds the folder, or undefined. */
export async function lockHolder(folder: string): Promise<number | undefined> {
  return livingHolder(await readLock(join(folder, LOCK_FILE)));
}

/** A hard link appears at once and with all its text, so nobody ever reads half a lock. */
async function tryClaim(lockFile: string, own: string): Promise<boolean> {
  const draft = `${lockFile}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, own);
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Two processes may find the same stale lock: 1. both read it, 2. A removes it and claims, 3. B would remove A's
 * fresh one. So a lock is moved aside, looked at again, and put back when it is not the one that was judged stale.
 */
async function discardStale(lockFile: string, folder: string): Promise<void> {
  const text = await readLock(lockFile);
  if (text === undefined) return;
  const holder = await livingHolder(text);
  if (holder !== undefined) {
    throw new StackProblem(
      `A stack is already running on ${folder}, pid ${holder}: stop it, or give this one another STACK_DATA_DIR.`,
    );
  }
  const aside = `${lockFile}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lockFile, aside);
    if ((await readLock(aside)) !== text) await link(aside, lockFile).catch(() => undefined);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function livingHolder(text: string | undefined): Promise<number | undefined> {
  const [pid = '', identity] = (text ?? '').split('\n');
  if (!/^\d+$/.test(pid)) return undefined;
  return (await processIdentity(Number(pid))) === identity ? Number(pid) : undefined;
}

async function readLock(lockFile: string): Promise<string | undefined> {
  try {
    return await readFile(lockFile, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function release(lockFile: string, own: string): Promise<void> {
  if ((await readLock(lockFile)) === own) await rm(lockFile, { force: true });
}
