import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchFolder } from './bench-folder.ts';
import { ownNode, type NodeBinary } from './peer.ts';

const run = promisify(execFile);
const leastMajor = 22;

/** For a peer that does not run on the oldest Node that we do: the one that runs us, the one that is installed here, the one on the PATH. */
export async function findNewerNode(): Promise<NodeBinary | undefined> {
  const installed = join(benchFolder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  for (const path of [ownNode.path, installed, 'node']) {
    const version = await versionOf(path);
    if (version !== undefined && Number(/^v(\d+)/.exec(version)?.[1]) >= leastMajor) return { path, version };
  }
  return undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  return run(path, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}
