import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, fstatSync, openSync } from 'node:fs';
import type { ServiceUser } from './service-user.ts';
import { StackProblem, errorText } from './stack-problem.ts';

export interface GuardedChildOptions {
  /** How messages call this server, e.g. `Postgres primary`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runAs?: ServiceUser | undefined;
  /** The signal that asks this server for an orderly end. */
  readonly stopSignal: NodeJS.Signals;
  /** How long an orderly end may take before SIGKILL, in ms; 10 s when not given. */
  readonly stopTimeoutMs?: number;
  /** Receives stdout and stderr; appended to, and emptied at a start that finds it above 8 MB. */
  readonly logFile: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedChild {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** Asks for an orderly end, then kills; resolves when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
  /** Sends a signal; false when the process is already gone. */
  kill(signal: NodeJS.Signals): boolean;
}

const DEFAULT_STOP_TIMEOUT_MS = 10_000;
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Waits for the word that its guard stands, then becomes the server; ends by itself when Node dies before that. */
const WAIT_FOR_GUARD = 'read -r go && exec "$0" "$@" </dev/null';

/**
 * The guard reads a pipe that only our process holds. A line means the server is gone and the guard may go too;
 * the end of the pipe means Node died (kill -9 included), and then it ends the server: wakes it if it was frozen,
 * asks, and after a grace of tenths of a second kills. Arguments: pid, signal name, grace.
 */
const GUARD = `
trap "" INT TERM HUP
read -r gone && exit 0
children=$(cat "/proc/$1/task/$1/children" 2>/dev/null || pgrep -P "$1" 2>/dev/null)
kill -CONT "$1" $children 2>/dev/null
kill -"$2" "$1" 2>/dev/null
tenths=0
while kill -0 "$1" 2>/dev/null && [ "$tenths" -lt "$3" ]; do sleep 0.1; tenths=$((tenths + 1)); done
kill -KILL "$1" 2>/dev/null
`;

/**
 * Starts a server in its own process group (Ctrl-C reaches only Node, which then stops it in order) with a guard
 * that ends it when Node dies without a word. It does not keep Node running by itself.
 *
 * On Windows there is no `sh`: no guard, so a killed Node leaves the server behind, and `stop` ends it hard.
 */
export async function spawnGuarded(options: GuardedChildOptions): Promise<GuardedChild> {
  const guarded = process.platform !== 'win32';
  const child = await startServer(options, guarded);
  const stopTimeoutMs = options.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS;
  const pid = child.pid;
  if (pid === undefined) throw new StackProblem(`${options.name} could not be started.`);

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve((exit = { code, signal })));
  });
  if (guarded) await standGuard(child, pid, options.stopSignal, stopTimeoutMs, exited);
  child.unref();

  const stop = async () => {
    if (exit) return;
    child.ref();
    child.kill('SIGCONT');
    child.kill(options.stopSignal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(impatience);
  };
  return { pid, exited, exit: () => exit, stop, kill: (signal) => !exit && child.kill(signal) };
}

async function startServer(options: GuardedChildOptions, guarded: boolean): Promise<ChildProcess> {
  const { name, command, args, cwd, env, runAs } = options;
  const log = openLog(options.logFile);
  const [file, argv] = guarded ? ['/bin/sh', ['-c', WAIT_FOR_GUARD, command, ...args]] : [command, args];
  try {
    const child = spawn(file, argv, {
      cwd,
      env,
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
      detached: guarded,
      windowsHide: true,
      stdio: [guarded ? 'pipe' : 'ignore', log, log],
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new StackProblem(`${name} could not be started: ${errorText(error)}`, { cause: error });
  } finally {
    closeSync(log);
  }
}

async function standGuard(
  child: ChildProcess,
  pid: number,
  stopSignal: NodeJS.Signals,
  graceMs: number,
  exited: Promise<Exit>,
): Promise<void> {
  const args = [String(pid), stopSignal.replace('SIG', ''), String(Math.ceil(graceMs / 100))];
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', ...args], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Either pipe breaks when its reader dies first; the server's own exit tells what matters.
  const ignore = () => undefined;
  guard.stdin.on('error', ignore);
  child.stdin?.on('error', ignore);
  await once(guard, 'spawn');
  guard.on('error', ignore);
  guard.unref();
  void exited.then(() => guard.stdin.end('gone\n'));
  child.stdin?.end('go\n');
}

function openLog(file: string): number {
  const log = openSync(file, 'a');
  if (fstatSync(log).size > MAX_LOG_BYTES) ftruncateSync(log);
  return log;
}
