import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import { StackProblem, errorCode } from './stack-problem.ts';

const LOCK_FILE = 'stack.pid';
const MAX_TRIES = 100;
const PAUSE_MS = 10;

/**
 * Claims a data folder for this process and returns the function that gives it back.
 * A lock whose process is gone is taken over; a living one is a `StackProblem` naming its pid.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lockFile = join(folder, LOCK_FILE);
  const own = `${process.pid}\n${String(await processIdentity(process.pid))}\n`;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await tryClaim(lockFile, own)) return () => release(lockFile, own);
    const text = await readLock(lockFile);
    if (text === undefined) continue;
    await refuseLiving(text, folder);
    if (await succeed(lockFile, text, own)) return () => release(lockFile, own);
    await sleep(PAUSE_MS);
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
  const draft = draftOf(lockFile);
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

async function refuseLiving(text: string, folder: string): Promise<void> {
  const holder = await livingHolder(text);
  if (holder === undefined) return;
  throw new StackProblem(
    `A stack is already running on ${folder}, pid ${holder}: stop it, or give this one another STACK_DATA_DIR.`,
  );
}

/**
 * Puts `own` in the place of a file of somebody who is gone. Several may have found the same: 1. both read it, 2. A replaces
 * it, 3. B would replace A's fresh one. So whoever replaces a text holds a file that is named after it, and looks again; no
 * text ever returns. A holder of that file who is gone in turn is succeeded in the same way.
 */
async function succeed(file: string, text: string, own: string): Promise<boolean> {
  const door = `${file}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  if (!(await tryClaim(door, own)) && !(await succeedAt(door, own))) return false;
  try {
    if ((await readLock(file)) !== text) return false;
    const draft = draftOf(file);
    await writeFile(draft, own);
    await rename(draft, file);
    return true;
  } finally {
    await rm(door, { force: true });
  }
}

async function succeedAt(door: string, own: string): Promise<boolean> {
  const text = await readLock(door);
  if (text === undefined || (await livingHolder(text)) !== undefined) return false;
  return succeed(door, text, own);
}

const draftOf = (file: string) => `${file}.${randomBytes(6).toString('hex')}`;

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
