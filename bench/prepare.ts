import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countingSettings, startCounting } from '../src/testing/prove/own-writes/reads.ts';
import { pause, startStage } from '../src/testing/prove/stage.ts';
import type { Population } from './data/population.ts';
import { seed } from './data/seed.ts';
import { startGenerator, type Generator } from './load/generator.ts';
import type { Cores } from './measure/cores.ts';
import { openCounter, rateOf, type Counter, type Rates } from './measure/counts.ts';
import type { Context } from './run.ts';
import type { Scale } from './scale.ts';
import { answering, startServers } from './stacks/servers.ts';
import { serverName, type Server, type Stack } from './stacks/stack.ts';
import { requireSameAnswers } from './workloads/equality.ts';
import type { Workload } from './workloads/workload.ts';

interface Wanted {
  readonly stacks: readonly Stack[];
  readonly workloads: readonly Workload[];
  readonly scale: Pick<Scale, 'sizes' | 'comparedKeys'>;
  readonly cores: Cores | undefined;
}

/** Rows, servers that answer alike, and what is needed to measure them. */
export interface Prepared {
  readonly population: Population;
  readonly populationFile: string;
  readonly servers: readonly Server[];
  readonly generator: Generator;
  readonly counter: Counter;
  /** What is asked of Postgres and Redis when nobody asks the servers. */
  readonly idle: Rates;
}

/** What it opens, `resources` close. */
export async function prepare(context: Context, wanted: Wanted): Promise<Prepared> {
  const { step, resources } = context;
  const { stacks, workloads, scale } = wanted;
  const stage = await startStage(context, { products: 1, postgresSettings: countingSettings });
  await startCounting(stage);
  const names = stacks.flatMap((stack) => stack.temperatures.map((each) => serverName(stack, each)));
  const population = await step('Rows', () => seed(stage, scale.sizes, names));
  const populationFile = join(stage.dataDir, 'population.json');
  await writeFile(populationFile, JSON.stringify(population));

  const servers = await startServers(context, { ...wanted, stage, population });
  for (const workload of workloads)
    await step(`${workload.name}: the same answers`, () =>
      requireSameAnswers(workload, answering(servers, workload), population, scale.comparedKeys),
    );

  const [generator, counter] = [await startGenerator(resources), await openCounter(stage, resources)];
  const idle = await step('A moment of silence', () => watchIdle(counter));
  return { population, populationFile, servers, generator, counter, idle };
}

const idleMs = 500;

/** What the servers ask by themselves. */
export async function watchIdle(counter: Counter): Promise<Rates> {
  const before = await counter.read();
  await pause(idleMs);
  return rateOf(await counter.read(), before);
}
