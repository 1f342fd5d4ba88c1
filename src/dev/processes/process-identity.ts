import { readFile } from 'node:fs/promises';
import { errorCode } from './stack-problem.ts';
import { runToEnd } from './run-to-end.ts';

/**
 * A text that is the same for as long as this process lives and differs for a later process with the same
 * number; undefined when no such process runs. A zombie counts as gone.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!isSignalable(pid)) return undefined;
  if (process.platform === 'linux') return linuxIdentity(pid);
  return process.platform === 'win32' ? String(pid) : psIdentity(pid);
}

async function linuxIdentity(pid: number): Promise<string | undefined> {
  const [stat, bootId] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined),
    readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => ''),
  ]);
  if (stat === undefined) return undefined;
  // The second field is the command in brackets and may itself hold spaces and brackets: read after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedAtTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : `${pid} ${String(startedAtTicks)} ${bootId.trim()}`;
}

async function psIdentity(pid: number): Promise<string | undefined> {
  const { code, stdout } = await runToEnd('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const [state, ...startedAt] = stdout.trim().split(/\s+/);
  if (code !== 0 || state === undefined || state.startsWith('Z')) return undefined;
  return `${pid} ${startedAt.join(' ')}`;
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
