import { runToEnd } from '../../src/dev/processes/run-to-end.ts';

/** Who may run where, as `taskset` names cores. */
export interface Cores {
  /** The server that is measured, alone. */
  readonly server: string;
  /** Whoever asks, Postgres, Redis and this program. */
  readonly rest: string;
}

/** Keeps this process, and all that it will start, off the core that servers are measured on; undefined where that cannot be done. */
export async function separateCores(): Promise<Cores | undefined> {
  const { code, stdout } = await runToEnd('taskset', ['-cp', String(process.pid)]);
  if (code !== 0) return undefined;
  const [first, ...others] = coresIn(/: ([\d,-]+)\s*$/.exec(stdout)?.[1] ?? '');
  if (first === undefined || others.length === 0) return undefined;
  const cores = { server: String(first), rest: others.join(',') };
  return (await pin(process.pid, cores.rest)) ? cores : undefined;
}

/** All threads of a process; those that it starts later follow. False where it could not be done. */
export async function pin(pid: number, cores: string): Promise<boolean> {
  return (await runToEnd('taskset', ['-acp', cores, String(pid)])).code === 0;
}

/** As `0-2,5`. */
export function coresIn(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (part === '' || from === undefined || to === undefined) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
