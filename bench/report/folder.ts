import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { benchFolder } from '../stacks/bench-folder.ts';

/** Files by their names. */
export type Files = Readonly<Record<string, string>>;

const project = join(benchFolder, '..');

/** Where a run writes what it has found, from the project’s own folder: a whole run’s is kept with the documents. */
export async function writeResults(
  { isReference, isOwn }: { readonly isReference: boolean; readonly isOwn: (file: string) => boolean },
  files: Files,
): Promise<string> {
  const folder = join(project, isReference ? 'docs/benchmarks' : 'bench/.cache/results');
  await replaceFiles(folder, isOwn, files);
  return relative(project, folder);
}

/** Writes them in place of a run’s own files of the last time: its plots would pass for this one’s. Others’ stay. */
export async function replaceFiles(
  folder: string,
  isOwn: (file: string) => boolean,
  files: Files,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const old = await readdir(folder);
  for (const file of old.filter(isOwn)) await rm(join(folder, file), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
}

/** Growth has a page and plots of its own beside those of the comparison. */
export const isOfGrowth = (file: string): boolean => file.startsWith('growth');
