import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { canReach } from '../processes/reachable-folder.ts';
import { findServiceUser, type ServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { fetchRedis, fetchedRedis, type FetchedRedis } from '../packages/debian.ts';

export interface RedisBinary {
  readonly command: string;
  /** Where its libraries are, when it was unpacked beside them and not installed. */
  readonly libraryPath?: string;
}

export interface FindRedisOptions {
  /** A binary to use instead of looking for one. */
  readonly serverBin?: string | undefined;
  /** Where an unpacked server is kept. */
  readonly cacheDir: string;
  readonly onFetch?: (() => void) | undefined;
  readonly onFetched?: ((ms: number) => void) | undefined;
  /** How to get one when there is none; `fetchRedis` when not given. */
  readonly fetch?: (cacheDir: string) => Promise<FetchedRedis>;
}

const NAMES = ['valkey-server', 'redis-server'] as const;

/** A Redis to run: the one given, else one on PATH, else one unpacked earlier, else one fetched with apt. */
export async function findRedis(options: FindRedisOptions): Promise<RedisBinary> {
  const { serverBin, cacheDir, fetch = fetchRedis } = options;
  if (serverBin) {
    if (await isExecutable(serverBin)) return { command: serverBin };
    throw new StackProblem(`REDIS_SERVER_BIN is ${serverBin}, but there is no program that can be run.`);
  }
  const ready = (await onPath()) ?? (await fetchedRedis(cacheDir));
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

async function onPath(): Promise<RedisBinary | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const name of NAMES) {
    for (const folder of folders) {
      if (await isExecutable(join(folder, name))) return { command: join(folder, name) };
    }
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
