import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from '../../src/dev/processes/run-to-end.ts';
import { StackProblem } from '../../src/dev/processes/stack-problem.ts';
import { benchFolder } from './bench-folder.ts';

/** Whether the peers are there, in the versions of the lockfile. */
export async function isInstalled(): Promise<boolean> {
  const kept = join(benchFolder, 'node_modules/.package-lock.json');
  if (!existsSync(kept)) return false;
  const read = async (file: string) => versionsIn(JSON.parse(await readFile(file, 'utf8')) as Lockfile);
  const [wanted, found] = [await read(join(benchFolder, 'package-lock.json')), await read(kept)];
  return [...wanted].every(
    ([path, { version, optional }]) => optional || found.get(path)?.version === version,
  );
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}

const versionsIn = ({ packages }: Lockfile) =>
  new Map(
    Object.entries(packages)
      .filter(([path]) => path !== '')
      .map(([path, { version, optional = false }]) => [path, { version, optional }] as const),
  );

const installsWithinMs = 15 * 60_000;

/** Installs the peers beside the bench, in the versions of its lockfile. `StackProblem` where npm cannot. */
export async function install(): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts'],
    {
      cwd: benchFolder,
      timeoutMs: installsWithinMs,
    },
  );
  if (code !== 0) throw new StackProblem(`The peers cannot be installed in bench/:\n${stdout}${stderr}`);
}
