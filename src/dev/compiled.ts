import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, stop } from 'esbuild';
import { projectRoot } from '../config/project-root.ts';

const root = projectRoot(import.meta.url);
/** In the project, so that what is compiled finds its packages. */
const place = join(root, '.cache/compiled');
const folders = ['src', 'resolvers', 'datasources', 'schema'];
const keptMs = 86_400_000;

const compiled = new Map<string, Promise<string>>();
/** One after the other: the compiler is stopped after each, and nothing else of it may be under way then. */
let last: Promise<unknown> = Promise.resolve();

/**
 * The JavaScript of a program of this project (`src/main.ts`), for a process of its own: one file with all that it imports,
 * kept until something changes. A process that had to find and compile a thousand modules would use twice as much of a
 * processor until it is up.
 */
export function compiledProgram(program: string): Promise<string> {
  const known = compiled.get(program);
  if (known !== undefined) return known;
  const file = last.then(() => compile(program));
  last = file.catch(() => undefined);
  compiled.set(program, file);
  return file;
}

async function compile(program: string): Promise<string> {
  const folder = join(place, await currentFingerprint());
  const file = join(folder, program.replace(/\.ts$/, '.js'));
  if (existsSync(file)) return file;
  await mkdir(dirname(file), { recursive: true });
  await removeOld();
  const unfinished = `${file}.${process.pid}`;
  await build({
    absWorkingDir: root,
    entryPoints: [program],
    outfile: unfinished,
    bundle: true,
    external: [...apart],
    banner: { js: commonJs },
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await stop();
  // Another process may have been faster; its file is the same.
  await rename(unfinished, file);
  return file;
}

/** Native, of one realm with what is loaded by `require`, or at home only in a folder of its own. */
const apart = [
  ...['@node-rs/argon2', 'pg-native'],
  ...['graphql', 'graphql-shield', 'graphql-middleware', 'graphql-jit'],
  ...['graphile-worker', 'node-pg-migrate', 'pino'],
] as const;

/** What packages that are no ES modules expect to find. */
const commonJs = `
import { createRequire as createRequireOfBundle } from 'node:module';
import { dirname as dirnameOfBundle } from 'node:path';
const require = createRequireOfBundle(import.meta.url);
const __filename = import.meta.filename ?? new URL(import.meta.url).pathname;
const __dirname = dirnameOfBundle(__filename);
`;

let fingerprint: Promise<string> | undefined;

function currentFingerprint(): Promise<string> {
  fingerprint ??= fingerprintOf();
  return fingerprint;
}

async function sourcesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(join(root, folder), { recursive: true });
  return files
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
    .map((file) => join(folder, file));
}

async function fingerprintOf(): Promise<string> {
  const sources = [...(await Promise.all(folders.map(sourcesIn))).flat().sort(), 'package-lock.json'];
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
    // Another process may be faster with this, too.
    const state = await stat(folder).catch(() => undefined);
    if (state !== undefined && Date.now() - state.mtimeMs > keptMs)
      await rm(folder, { recursive: true, force: true });
  }
}
