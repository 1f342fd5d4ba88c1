import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isOfGrowth, replaceFiles } from './folder.ts';

it('a run replaces what a run of its kind has written, and leaves the other kind’s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'results-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const isOfComparison = (file: string) => !isOfGrowth(file);
  await replaceFiles(folder, isOfComparison, { 'README.md': 'old', 'list.svg': 'old' });
  await replaceFiles(folder, isOfGrowth, { 'growth.md': 'old', 'growth-rows-cpu.svg': 'old' });

  await replaceFiles(folder, isOfComparison, { 'README.md': 'new' });
  expect((await readdir(folder)).sort()).toEqual(['README.md', 'growth-rows-cpu.svg', 'growth.md']);
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('new');

  await replaceFiles(folder, isOfGrowth, { 'growth.md': 'new' });
  expect((await readdir(folder)).sort()).toEqual(['README.md', 'growth.md']);
  expect(await readFile(join(folder, 'growth.md'), 'utf8')).toBe('new');
});
