import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { benchFolder } from '../stacks/bench-folder.ts';

/** Files by their names. */
export type Files = Readonly<Record<string, string>>;

interface Place {
  /** Of a whole run, which is kept with the documents. */
  readonly isReference: boolean;
  /** What runs of this kind write: plots of an earlier one would pass for this one's. */
  readonly isOwn: (file: string) => boolean;
}

const project = join(benchFolder, '..');

/** Writes what a run has found in place of what the last one of its kind has; resolves to the folder, from the project's own. */
export async function writeFiles({ isReference, isOwn }: Place, files: Files): Promise<string> {
  const folder = join(project, isReference ? 'docs/benchmarks' : 'bench/.cache/results');
  await mkdir(folder, { recursive: true });
  for (const file of (await readdir(folder)).filter(isOwn)) await rm(join(folder, file), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return relative(project, folder);
}

/** The growth has pages and plots of its own beside those of the peers. */
export const isOfGrowth = (file: string): boolean => file.startsWith('growth');
