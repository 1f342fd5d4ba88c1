import type { Resources } from '../src/testing/prove/resources.ts';
import { separateCores, type Cores } from './measure/cores.ts';
import { measure } from './measure/rounds.ts';
import { prepare } from './prepare.ts';
import { rowOf, type Row } from './report/rows.ts';
import type { Scale } from './scale.ts';
import { answering } from './stacks/servers.ts';
import type { Stack } from './stacks/stack.ts';
import type { Workload } from './workloads/workload.ts';

export interface Context {
  readonly resources: Resources;
  readonly signal: AbortSignal;
  /** Runs one part and tells of it; throws instead once it was aborted. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

interface Chosen {
  readonly stacks: readonly Stack[];
  readonly workloads: readonly Workload[];
  readonly scale: Scale;
  readonly seed: number;
}

export interface Outcome {
  readonly rows: readonly Row[];
  readonly cores: Cores | undefined;
}

/** Everything from servers to rows; what it opens, `resources` close. */
export async function run(context: Context, chosen: Chosen): Promise<Outcome> {
  const { scale, workloads } = chosen;
  const cores = await separateCores();
  const { populationFile, servers, ...counted } = await prepare(context, { ...chosen, cores });
  const job = { populationFile, seed: chosen.seed, draws: scale.draws, connections: scale.connections };
  const rows: Row[] = [];
  for (const workload of workloads) {
    const measuring = { ...counted, job, ...scale };
    const measured = await measure(context, measuring, workload, answering(servers, workload));
    rows.push(...measured.map(rowOf));
  }
  return { rows, cores };
}
