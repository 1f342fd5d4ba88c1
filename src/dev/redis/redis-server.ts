import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { libraryEnv, type Binary } from '../packages/debian.ts';
import { freePort } from '../processes/free-port.ts';
import { spawnGuarded, type Exit, type GuardedChild } from '../processes/guarded-child.ts';
import { makeOwnedFolder, writeOwnedFile } from '../processes/owned-files.ts';
import { processIdentity } from '../processes/process-identity.ts';
import { chooseCacheRoot } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { signalProcess } from '../processes/process-tree.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { untilUp } from '../processes/until-up.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { findRedis, redisAccount } from './find-redis.ts';
import { answersPing } from './ping.ts';

export interface RedisServerOptions {
  /** Made when missing. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
  /** True keeps what is written (append-only file, at most one second lost); false when not given. */
  readonly persistent?: boolean | undefined;
  /** Redis parameters by name, as on its command line, e.g. `{ maxmemory: '64mb' }`. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
  /** The program to run; REDIS_SERVER_BIN when not given. */
  readonly serverBin?: string | undefined;
  /** Where a fetched server is kept; `.cache` in the project when not given. */
  readonly cacheDir?: string | undefined;
  /** Called before and after a download, which takes seconds; `ms` is how many thousandths. */
  readonly onFetch?: (() => void) | undefined;
  readonly onFetched?: ((ms: number) => void) | undefined;
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  pid(): number;
  /** Resolves when the process that runs now ends, wanted or not. */
  exited(): Promise<Exit>;
  stop(): Promise<void>;
  /** The crash of this server; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Stops it in its tracks: connections stay open and silent. */
  freeze(): void;
  resume(): void;
  /** Stops it if it runs, and starts it again on the same port; empty unless persistent. */
  restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 20_000;
const POLL_EVERY_MS = 5;
const STOP_TIMEOUT_MS = 5_000;
/** How an earlier server is ended: woken and asked, then killed; with the wait for each, in ms. */
const ENDING = [
  [['SIGCONT', 'SIGTERM'], 5_000],
  [['SIGKILL'], 3_000],
] as const;

/** Starts a Redis on 127.0.0.1; resolves when it answers. `StackProblem` when there is none or it does not come up. */
export async function createRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const binary = await findRedis({
    serverBin: options.serverBin ?? process.env['REDIS_SERVER_BIN'],
    cacheDir: options.cacheDir ?? (await chooseCacheRoot(await findServiceUser())),
    onFetch: options.onFetch,
    onFetched: options.onFetched,
  });
  let child = await launch(options, binary, port);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: () => child.pid,
    exited: () => child.exited,
    stop: () => child.stop(),
    kill: async () => {
      child.kill('SIGKILL');
      await child.stop();
    },
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    restart: async () => {
      await child.stop();
      child = await launch(options, binary, port);
    },
  };
}

async function launch(options: RedisServerOptions, binary: Binary, port: number): Promise<GuardedChild> {
  const { dataDir, persistent = false, settings = {} } = options;
  const runAs = await redisAccount(binary.command);
  const logFile = `${dataDir}.log`;
  await mkdir(dataDir, { recursive: true });
  await makeOwnedFolder(dataDir, runAs);
  await endEarlierServer(dataDir);

  const all = {
    port,
    bind: '127.0.0.1',
    dir: dataDir,
    daemonize: 'no',
    save: '',
    appendonly: persistent ? 'yes' : 'no',
    ...settings,
  };
  const child = await spawnGuarded({
    name: 'Redis',
    command: binary.command,
    args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]),
    cwd: '/',
    env: libraryEnv(binary),
    runAs,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    logFile,
  });
  try {
    const identity = await processIdentity(child.pid);
    await writeOwnedFile(pidFile(dataDir), `${child.pid}\n${String(identity)}\n`, runAs);
    await untilUp(child, {
      ...{ name: 'Redis', isUp: () => answersPing(port), logFile },
      ...{ everyMs: POLL_EVERY_MS, withinMs: READY_TIMEOUT_MS },
    });
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/**
 * Two servers must not write one append-only file. One of an earlier run may still be there, with its guard just
 * ending it or without one; the file names it beyond doubt, so it is asked, and then made, to go.
 */
async function endEarlierServer(dataDir: string): Promise<void> {
  const [text = '', identity] = (await readFile(pidFile(dataDir), 'utf8').catch(() => '')).split('\n');
  const pid = Number(text);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const gone = async () => (await processIdentity(pid)) !== identity;
  for (const [signals, timeoutMs] of ENDING) {
    if (await gone()) break;
    for (const signal of signals) signalProcess(pid, signal);
    await waitUntil(gone, { everyMs: 20, timeoutMs });
  }
  if (!(await gone()))
    throw new StackProblem(`A Redis of an earlier run (pid ${pid}) still uses ${dataDir}.`);
  await rm(pidFile(dataDir), { force: true });
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'server.pid');
}
