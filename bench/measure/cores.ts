import { runToEnd } from '../../src/dev/processes/run-to-end.ts';

/** Who may run where, as `taskset` names cores. */
export interface Cores {
  /** The processes of the server that is measured, one each as far as they go, and nothing else. */
  readonly server: readonly string[];
  /** Whoever asks, Postgres, Redis and this program. */
  readonly rest: string;
}

/**
 * Keeps this process, and all that it will start, off the cores that servers are measured on: one for each of so many
 * processes, where one is left for the rest. Undefined where that cannot be done.
 */
export async function separateCores(processes = 1): Promise<Cores | undefined> {
  const { code, stdout } = await runToEnd('taskset', ['-cp', String(process.pid)]);
  if (code !== 0) return undefined;
  const cores = shared(coresIn(/: ([\d,-]+)\s*$/.exec(stdout)?.[1] ?? ''), processes);
  if (cores === undefined) return undefined;
  return (await pin(process.pid, cores.rest)) ? cores : undefined;
}

export function shared(all: readonly number[], processes: number): Cores | undefined {
  const own = Math.min(processes, all.length - 1);
  if (own < 1) return undefined;
  return { server: all.slice(0, own).map(String), rest: all.slice(own).join(',') };
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
