import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build, stop, type Plugin } from 'esbuild';
import { projectRoot } from '../config/project-root.ts';

const root = projectRoot(import.meta.url);
/** In the project, so that what is compiled finds its packages. */
const place = join(root, '.cache/compiled');
const folders = ['src', 'resolvers', 'datasources', 'schema'];
const keptMs = 86_400_000;

let compiling: Promise<string> | undefined;

/**
 * The JavaScript of a program of this project (`src/main.ts`), for a process of its own. All modules are compiled at once and
 * kept until one changes: a process that had to compile its own would take three times as long to start.
 */
export async function compiledProgram(program: string): Promise<string> {
  compiling ??= compile();
  return join(await compiling, toJs(program));
}

async function compile(): Promise<string> {
  const sources = (await Promise.all(folders.map(sourcesIn))).flat().sort();
  const folder = join(place, await fingerprintOf(sources));
  if (existsSync(folder)) return folder;
  await mkdir(place, { recursive: true });
  await removeOld();
  const unfinished = await mkdtemp(join(place, 'unfinished-'));
  await build({
    absWorkingDir: root,
    entryPoints: sources,
    outdir: unfinished,
    outbase: '.',
    bundle: true,
    packages: 'external',
    plugins: [eachForItself],
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await stop();
  // Another process may have been faster; its files are the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  return folder;
}

/** Every module stays a file, found under the name of what was compiled. */
const eachForItself: Plugin = {
  name: 'each-for-itself',
  setup(compilation) {
    compilation.onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: toJs(path), external: true },
    );
  },
};

const toJs = (path: string) => path.replace(/\.ts$/, '.js');

async function sourcesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(join(root, folder), { recursive: true });
  return files
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
    .map((file) => join(folder, file));
}

async function fingerprintOf(sources: readonly string[]): Promise<string> {
  const states = await Promise.all(
    sources.map(async (source) => {
      const { size, mtimeMs } = await stat(join(root, source));
      return `${source} ${size} ${mtimeMs}`;
    }),
  );
  return createHash('sha256').update(states.join('\n')).digest('hex').slice(0, 16);
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(place)) {
    const folder = join(place, name);
    const age = Date.now() - (await stat(folder)).mtimeMs;
    if (age > keptMs) await rm(folder, { recursive: true, force: true });
  }
}
