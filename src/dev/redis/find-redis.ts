import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fetchPacked, fetchedBefore, type Binary, type Fetched, type Packed } from '../packages/debian.ts';
import { findOnPath, isExecutable } from '../packages/on-path.ts';
import { canReach } from '../processes/reachable-folder.ts';
import { findServiceUser, type ServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';

export interface FindRedisOptions {
  /** A binary to use instead of looking for one. */
  readonly serverBin?: string | undefined;
  /** Where an unpacked server is kept. */
  readonly cacheDir: string;
  readonly onFetch?: (() => void) | undefined;
  readonly onFetched?: ((ms: number) => void) | undefined;
  /** How to get one when there is none; from the distribution's packages when not given. */
  readonly fetch?: (cacheDir: string) => Promise<Fetched>;
}

const NAMES = ['valkey-server', 'redis-server'] as const;
/** Debian splits each server in two packages; the program itself is in the second. */
const PACKED: Packed = {
  folder: 'redis',
  servers: [
    { program: 'usr/bin/redis-server', packages: ['redis-server', 'redis-tools'] },
    { program: 'usr/bin/valkey-server', packages: ['valkey-server', 'valkey-tools'] },
  ],
  probe: ['--version'],
};

/** A Redis to run: the one given, else one on PATH, else one unpacked earlier, else one fetched with apt. */
export async function findRedis(options: FindRedisOptions): Promise<Binary> {
  const { serverBin, cacheDir, fetch = (folder: string) => fetchPacked(PACKED, folder) } = options;
  if (serverBin) {
    if (await isExecutable(serverBin)) return { command: serverBin };
    throw new StackProblem(`REDIS_SERVER_BIN is ${serverBin}, but there is no program that can be run.`);
  }
  const ready = (await onPath()) ?? (await fetchedBefore(PACKED, cacheDir));
  if (ready) return ready;
  options.onFetch?.();
  const startedAt = performance.now();
  const fetched = await fetch(cacheDir);
  options.onFetched?.(Math.round(performance.now() - startedAt));
  if ('binary' in fetched) return fetched.binary;
  throw new StackProblem(
    `There is no Redis to start (${fetched.reason}). Install one (apt install redis-server, brew install redis), ` +
      'or set REDIS_SERVER_BIN to a redis-server or valkey-server, or REDIS_URL to a running server.',
  );
}

/** The account Redis runs as: not root, if another account can reach the program. */
export async function redisAccount(command: string): Promise<ServiceUser | undefined> {
  const user = await findServiceUser();
  return user && (await canReach(dirname(await realpath(command)), user)) ? user : undefined;
}

async function onPath(): Promise<Binary | undefined> {
  const command = await findOnPath(NAMES);
  return command === undefined ? undefined : { command };
}
