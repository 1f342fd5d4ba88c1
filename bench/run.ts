import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countingSettings, startCounting } from '../src/testing/prove/own-writes/reads.ts';
import type { Resources } from '../src/testing/prove/resources.ts';
import { pause, startStage } from '../src/testing/prove/stage.ts';
import { seed } from './data/seed.ts';
import { startGenerator } from './load/generator.ts';
import { separateCores, type Cores } from './measure/cores.ts';
import { openCounter, rateOf, type Counter, type Rates } from './measure/counts.ts';
import { measure } from './measure/rounds.ts';
import { rowOf, type Row } from './report/rows.ts';
import type { Scale } from './scale.ts';
import { answering, startServers } from './stacks/servers.ts';
import { serverName, type Stack } from './stacks/stack.ts';
import { requireSameAnswers } from './workloads/equality.ts';
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

const idleMs = 500;

/** Everything from servers to rows; what it opens, `resources` close. */
export async function run(context: Context, chosen: Chosen): Promise<Outcome> {
  const { step, resources } = context;
  const { scale, workloads } = chosen;
  const cores = await separateCores();
  const stage = await startStage(context, { products: 1, postgresSettings: countingSettings });
  await startCounting(stage);
  const names = chosen.stacks.flatMap((stack) => stack.temperatures.map((each) => serverName(stack, each)));
  const population = await step('Rows', () => seed(stage, scale.sizes, names));
  const populationFile = join(stage.dataDir, 'population.json');
  await writeFile(populationFile, JSON.stringify(population));

  const servers = await startServers(context, { ...chosen, stage, population, cores });
  for (const workload of workloads)
    await step(`${workload.name}: the same answers`, () =>
      requireSameAnswers(workload, answering(servers, workload), population, scale.comparedKeys),
    );

  const [generator, counter] = [await startGenerator(resources), await openCounter(stage, resources)];
  const idle = await step('A moment of silence', () => watchIdle(counter));
  const job = { populationFile, seed: chosen.seed, draws: scale.draws, connections: scale.connections };
  const rows: Row[] = [];
  for (const workload of workloads) {
    const measuring = { generator, counter, idle, job, ...scale };
    const measured = await measure(context, measuring, workload, answering(servers, workload));
    rows.push(...measured.map(rowOf));
  }
  return { rows, cores };
}

async function watchIdle(counter: Counter): Promise<Rates> {
  const before = await counter.read();
  await pause(idleMs);
  return rateOf(await counter.read(), before);
}
