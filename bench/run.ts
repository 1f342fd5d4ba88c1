import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countingSettings, startCounting } from '../src/testing/prove/own-writes/reads.ts';
import type { Resources } from '../src/testing/prove/resources.ts';
import { pause, startStage, type Stage } from '../src/testing/prove/stage.ts';
import type { Population } from './data/population.ts';
import { seed } from './data/seed.ts';
import { startGenerator } from './load/generator.ts';
import { pin, separateCores, type Cores } from './measure/cores.ts';
import { openCounter, rateOf, type Counter, type Rates } from './measure/counts.ts';
import { measure } from './measure/rounds.ts';
import { rowOf, type Row } from './report/rows.ts';
import type { Scale } from './scale.ts';
import { answers, serverName, type Server, type Stack } from './stacks/stack.ts';
import { ask, requireSameAnswers } from './workloads/equality.ts';
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

  const servers = await startServers(context, chosen, stage, population, cores);
  for (const workload of workloads)
    await step(`${workload.name}: the same answers`, () =>
      requireSameAnswers(workload, answering(servers, workload), population, scale.comparedKeys),
    );

  const [generator, counter] = [await startGenerator(resources), await openCounter(stage, resources)];
  const idle = await step('A moment of silence', () => watchIdle(counter));
  const job = { populationFile, seed: chosen.seed, draws: scale.draws, connections: scale.connections };
  const rows: Row[] = [];
  for (const workload of workloads) {
    const measured = await step(`${workload.name}: ${workload.about}`, () =>
      measure({ generator, counter, idle, job, ...scale }, workload, answering(servers, workload)),
    );
    rows.push(...measured.map(rowOf));
  }
  return { rows, cores };
}

const answering = (servers: readonly Server[], { name }: Workload) =>
  servers.filter((server) => answers(server, name));

/** The bare ones last: their answers are another's. */
async function startServers(
  { step, resources }: Context,
  { stacks, workloads }: Chosen,
  stage: Stage,
  population: Population,
  cores: Cores | undefined,
): Promise<readonly Server[]> {
  const answersFile = join(stage.dataDir, 'answers.json');
  const servers: Server[] = [];
  const isBare = ({ dialect }: Stack) => dialect === 'bare';
  for (const stack of [...stacks.filter((each) => !isBare(each)), ...stacks.filter(isBare)]) {
    if (isBare(stack)) await writeFile(answersFile, await answersOf(servers, workloads, population));
    for (const temperature of stack.temperatures) {
      const name = serverName(stack, temperature);
      const started = await step(name, () =>
        stack.start({ stage, resources, name, temperature, answersFile }),
      );
      if (cores !== undefined) await pin((await started.usage()).pid, cores.server);
      servers.push({ ...started, name, stack, temperature });
    }
  }
  return servers;
}

async function answersOf(
  servers: readonly Server[],
  workloads: readonly Workload[],
  population: Population,
): Promise<string> {
  const bodies: Record<string, string> = {};
  for (const workload of workloads) {
    const [server] = answering(servers, workload);
    if (server === undefined) throw new Error(`bare answers what another stack answers to ${workload.name}`);
    bodies[workload.name] = (await ask(workload, server, population, 0)).text;
  }
  return JSON.stringify({ bodies, location: bodies['redirect'] ?? '/' });
}

async function watchIdle(counter: Counter): Promise<Rates> {
  const before = await counter.read();
  await pause(idleMs);
  return rateOf(await counter.read(), before);
}
