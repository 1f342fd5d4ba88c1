import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder, lockHolder } from './folder-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('lets one holder in and names it to the next', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`already running on ${folder}, pid ${process.pid}`);
  expect(await lockHolder(folder)).toBe(process.pid);
  await unlock();
  expect(await readdir(folder)).toEqual([]);
});

it('takes over from a process that is gone, though another one has its number now', async () => {
  await writeFile(join(folder, 'stack.pid'), `${process.pid}\nan earlier process\n`);
  expect(await lockHolder(folder)).toBeUndefined();
  const unlock = await lockFolder(folder);
  expect(await lockHolder(folder)).toBe(process.pid);
  await unlock();
});

it('lets exactly one of many take over a stale lock', async () => {
  for (let round = 0; round < 20; round += 1) {
    await writeFile(join(folder, 'stack.pid'), `1\nprocess ${round}\n`);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
  expect(await readdir(folder)).toEqual(['stack.pid']);
});

it('takes over from one who was gone in the middle of taking over', async () => {
  const [gone, next] = ['1\ngone\n', '1\ngone, too\n'];
  const door = createHash('sha256').update(gone).digest('hex').slice(0, 12);
  await writeFile(join(folder, 'stack.pid'), gone);
  await writeFile(join(folder, `stack.pid.${door}`), next);
  await lockFolder(folder);
  expect(await lockHolder(folder)).toBe(process.pid);
  expect(await readdir(folder)).toEqual(['stack.pid']);
});
