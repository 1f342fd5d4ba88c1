import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from '../processes/process-identity.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { killTree, resumeTree, signalProcess } from '../processes/process-tree.ts';
import { waitUntil } from '../processes/wait-until.ts';

const PID_FILE = 'postmaster.pid';
const EARLIER_SERVER_WAIT_MS = 8_000;
const AFTER_KILL_WAIT_MS = 3_000;

export interface PostmasterState {
  readonly pid: number;
  /** `starting`, `ready`, `standby` or `stopping`; empty while the file is being written. */
  readonly status: string;
}

/** What the server says of itself in its pid file, or undefined when there is no such file. */
export async function readPostmaster(dataDir: string): Promise<PostmasterState | undefined> {
  const text = await readFile(join(dataDir, PID_FILE), 'utf8').catch(() => undefined);
  const [pid, , , , , , , status = ''] = (text ?? '').split('\n');
  return pid ? { pid: Number(pid), status: status.trim() } : undefined;
}

/**
 * Clears the way for a new server on this folder. A pid file left by a crash is removed; a server of an earlier run
 * that its guard is just shutting down is waited for, and ended when it stays. The caller holds the folder's lock,
 * so nobody needs that server any more.
 */
export async function clearEarlierServer(dataDir: string): Promise<void> {
  const earlier = await readPostmaster(dataDir);
  if (!earlier) return;
  if (await isServing(earlier.pid, dataDir)) await endEarlierServer(earlier.pid, dataDir);
  await rm(join(dataDir, PID_FILE), { force: true });
}

async function endEarlierServer(pid: number, dataDir: string): Promise<void> {
  const gone = async () => !(await isServing(pid, dataDir));
  await resumeTree(pid);
  signalProcess(pid, 'SIGINT');
  if (await waitUntil(gone, { everyMs: 20, timeoutMs: EARLIER_SERVER_WAIT_MS })) return;
  await killTree(pid);
  if (await waitUntil(gone, { everyMs: 20, timeoutMs: AFTER_KILL_WAIT_MS })) return;
  throw new StackProblem(
    `A Postgres of an earlier run (pid ${pid}) still uses ${dataDir} and cannot be ended.`,
  );
}

/** Whether this process is a living Postgres on this very folder, and not a stranger that was given the old number. */
async function isServing(pid: number, dataDir: string): Promise<boolean> {
  if ((await processIdentity(pid)) === undefined) return false;
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    // A server changes into its data folder. Unreadable means another account's process, so not one of ours.
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return folder === (await realpath(dataDir));
  }
  const { stdout } = await runToEnd('ps', ['-o', 'command=', '-p', String(pid)]);
  return stdout.includes(dataDir);
}
