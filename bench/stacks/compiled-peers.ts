import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { benchFolder } from './bench-folder.ts';

const place = join(benchFolder, '.cache/peers');
const programs = ['usage', 'bare', 'apollo', 'yoga', 'mercurius', 'postgraphile'] as const;

export type Program = (typeof programs)[number];

let compiling: Promise<void> | undefined;

/** The JavaScript of a peer. Compiled before, so that no peer carries a compiler; where it finds the bench's own packages. */
export async function compiledPeer(program: Program): Promise<string> {
  compiling ??= compile();
  await compiling;
  return join(place, `${program}.mjs`);
}

async function compile(): Promise<void> {
  await mkdir(place, { recursive: true });
  await build({
    entryPoints: programs.map((program) => join(benchFolder, 'peers', `${program}.ts`)),
    outdir: place,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await stop();
}
