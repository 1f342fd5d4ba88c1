import { spawnGuarded, type Exit, type GuardedChild } from '../processes/guarded-child.ts';
import { freezeTree, killTree, resumeTree } from '../processes/process-tree.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { lastLines } from '../processes/until-up.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { findPostgres } from './binaries.ts';
import { clearEarlierServer, readPostmaster } from './postmaster-pid.ts';
import { writeSettings, type PostgresSettings } from './server-settings.ts';

export interface PostgresServerOptions {
  readonly name: string;
  readonly dataDir: string;
  readonly port: number;
  readonly durable: boolean;
  readonly settings: PostgresSettings;
  /** Where the server writes its log; `<dataDir>.log` when not given. */
  readonly logFile?: string | undefined;
}

export interface PostgresServer {
  readonly name: string;
  readonly dataDir: string;
  readonly port: number;
  readonly durable: boolean;
  /** The settings it was started with, beyond those every server of ours has. */
  readonly settings: PostgresSettings;
  pid(): number;
  isRunning(): boolean;
  /** Connection text for the superuser `postgres`, who needs no password. */
  url(database?: string): string;
  /** Resolves when the process that runs now ends, wanted or not. */
  exited(): Promise<Exit>;
  /** Fast shutdown: open transactions are rolled back, clients are cut off. */
  stop(): Promise<void>;
  /** The crash of this server: nothing is written, nobody is told. Resolves when the process is gone. */
  kill(signal?: 'SIGKILL'): Promise<void>;
  /** Stops every process of it in its tracks: connections stay open and silent. */
  freeze(): Promise<void>;
  resume(): Promise<void>;
  /** Stops it if it runs, and starts it again on the same port and data. */
  restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_EVERY_MS = 5;
const STOP_TIMEOUT_MS = 15_000;
const LEFTOVERS_WAIT_MS = 5_000;

/** What a new server says while processes of a crashed one are still on their way out; worth another try. */
const LEFTOVERS = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/** Starts a server on a folder that is complete; resolves when it takes connections. `StackProblem` when it does not. */
export async function startPostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  const { name, dataDir, port, durable, settings } = options;
  let child = await launch(options);
  const stop = async () => {
    if (!child.exit()) await resumeTree(child.pid);
    await child.stop();
  };
  return {
    name,
    dataDir,
    port,
    durable,
    settings,
    pid: () => child.pid,
    isRunning: () => child.exit() === undefined,
    url: (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`,
    exited: () => child.exited,
    stop,
    kill: async () => {
      if (child.exit()) return;
      await killTree(child.pid);
      await child.stop();
    },
    freeze: async () => {
      if (!child.exit()) await freezeTree(child.pid);
    },
    resume: async () => {
      if (!child.exit()) await resumeTree(child.pid);
    },
    restart: async () => {
      await stop();
      child = await launch(options);
    },
  };
}

async function launch(options: PostgresServerOptions): Promise<GuardedChild> {
  const { dataDir, port, durable, settings } = options;
  const { runAs } = await findPostgres();
  await clearEarlierServer(dataDir);
  await writeSettings(dataDir, { durable, settings: { ...settings, port }, owner: runAs });

  const server = await waitUntil(() => tryLaunch(options), { everyMs: 50, timeoutMs: LEFTOVERS_WAIT_MS });
  if (!server)
    throw new StackProblem(`${options.name}: processes of a crashed server still hold ${dataDir}.`);
  return server;
}

/** Undefined when leftovers of an earlier server stand in the way. */
async function tryLaunch(options: PostgresServerOptions): Promise<GuardedChild | undefined> {
  const { name, dataDir } = options;
  const { postgres, runAs } = await findPostgres();
  const logFile = options.logFile ?? `${dataDir}.log`;
  const child = await spawnGuarded({
    name,
    command: postgres,
    args: ['-D', dataDir],
    cwd: '/',
    env: { PATH: process.env['PATH'], LANG: 'C' },
    runAs,
    // SIGTERM would wait for every client to leave first.
    stopSignal: 'SIGINT',
    stopTimeoutMs: STOP_TIMEOUT_MS,
    logFile,
  });
  const outcome = await waitUntil(() => look(child, dataDir), {
    everyMs: POLL_EVERY_MS,
    timeoutMs: READY_TIMEOUT_MS,
  });
  if (outcome === 'ready') return child;

  await child.stop();
  const tail = await lastLines(logFile);
  if (outcome === 'exited' && LEFTOVERS.test(tail)) return undefined;
  const what =
    outcome === 'exited' ? 'ended while starting' : `was not ready within ${READY_TIMEOUT_MS / 1000} s`;
  throw new StackProblem(`${name} ${what}; its log ${logFile} ends with: ${tail}`);
}

async function look(child: GuardedChild, dataDir: string): Promise<'ready' | 'exited' | undefined> {
  if (child.exit()) return 'exited';
  const state = await readPostmaster(dataDir);
  return state?.pid === child.pid && ['ready', 'standby'].includes(state.status) ? 'ready' : undefined;
}
