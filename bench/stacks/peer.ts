import { join } from 'node:path';
import { freePort } from '../../src/dev/processes/free-port.ts';
import { spawnGuarded } from '../../src/dev/processes/guarded-child.ts';
import { waitUntil } from '../../src/dev/processes/wait-until.ts';
import { testTokenSecret } from '../../src/testing/gateway.ts';
import { readUsage } from '../measure/usage.ts';
import { benchFolder } from './bench-folder.ts';
import { compiledPeer, type Program } from './compiled-peers.ts';
import { nodeFlags } from './node-flags.ts';
import type { Started, StartNeeds } from './stack.ts';

const startsWithinMs = 60_000;

/** A Node and its version. */
export interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

export const ownNode: NodeBinary = { path: process.execPath, version: process.version };

interface PeerOptions {
  readonly node?: NodeBinary | undefined;
  /** Of its cache, where it has one. */
  readonly store?: 'memory' | 'redis';
}

/** A peer in a process of its own, as it runs in production. Resolves when it answers. */
export async function startPeer(
  { stage, resources, name, temperature, answersFile }: StartNeeds,
  program: Program,
  { node = ownNode, store = 'memory' }: PeerOptions = {},
): Promise<Started> {
  const [port, usagePort] = [await freePort(), await freePort()];
  const logFile = join(stage.dataDir, `${name.replaceAll(' ', '-')}.log`);
  await resources.open(
    async () =>
      spawnGuarded({
        name,
        command: node.path,
        args: [...nodeFlags, '--import', await compiledPeer('usage'), await compiledPeer(program)],
        cwd: benchFolder,
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'production',
          ...{ PORT: String(port), USAGE_PORT: String(usagePort) },
          DATABASE_URL: stage.servers.primaryUrl,
          TOKEN_SECRET: testTokenSecret,
          CACHE: temperature === 'warm' ? store : 'off',
          REDIS_URL: stage.servers.redisUrl,
          ANSWERS: answersFile,
        },
        stopSignal: 'SIGTERM',
        logFile,
      }),
    (opened) => opened.stop(),
  );
  const url = `http://127.0.0.1:${port}`;
  if (!(await waitUntil(() => isUp(url), { everyMs: 50, timeoutMs: startsWithinMs })))
    throw new Error(`${name} does not answer; see ${logFile}`);
  return { url, node: node.version, usage: () => readUsage(usagePort) };
}

/** Whatever it says. */
const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
    signal: AbortSignal.timeout(5_000),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
