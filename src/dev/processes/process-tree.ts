import { readFile } from 'node:fs/promises';
import { errorCode } from './stack-problem.ts';
import { runToEnd } from './run-to-end.ts';

/**
 * Stops a server and its children in their tracks (SIGSTOP), as a machine that hangs would. The parent first: a
 * stopped parent starts no further child, so one list is complete.
 */
export async function freezeTree(pid: number): Promise<void> {
  signalProcess(pid, 'SIGSTOP');
  for (const child of await childPids(pid)) signalProcess(child, 'SIGSTOP');
}

/** Wakes what `freezeTree` stopped. */
export async function resumeTree(pid: number): Promise<void> {
  for (const child of await childPids(pid)) signalProcess(child, 'SIGCONT');
  signalProcess(pid, 'SIGCONT');
}

/** Kills a server at once; frozen children are woken, or they would never notice and stay for good. */
export async function killTree(pid: number): Promise<void> {
  const children = await childPids(pid);
  signalProcess(pid, 'SIGKILL');
  for (const child of children) signalProcess(child, 'SIGCONT');
}

async function childPids(pid: number): Promise<readonly number[]> {
  const text =
    (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined)) ??
    (await runToEnd('pgrep', ['-P', String(pid)])).stdout;
  return text.split(/\s+/).filter(Boolean).map(Number);
}

/** Sends a signal to a process that may be gone already. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
