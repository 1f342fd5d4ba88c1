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
  await writeFile(join(folder, 'stack.pid'), `1\nan earlier process\n`);
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
