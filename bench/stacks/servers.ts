import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StackProblem } from '../../src/dev/processes/stack-problem.ts';
import { randomAppName } from '../../src/testing/gateway.ts';
import type { Stage } from '../../src/testing/prove/stage.ts';
import type { Population } from '../data/population.ts';
import { pin, type Cores } from '../measure/cores.ts';
import type { Context } from '../run.ts';
import { ask } from '../workloads/equality.ts';
import type { Workload } from '../workloads/workload.ts';
import { answers, serverName, type Server, type Stack, type Started, type Temperature } from './stack.ts';

interface Needs {
  readonly stacks: readonly Stack[];
  readonly workloads: readonly Workload[];
  readonly stage: Stage;
  readonly population: Population;
  readonly cores: Cores | undefined;
}

export const answering = (servers: readonly Server[], { name }: Workload): readonly Server[] =>
  servers.filter((server) => answers(server, name));

/** One of each stack and temperature, all at once. The bare ones come last: their answers are another's. */
export async function startServers(context: Context, needs: Needs): Promise<readonly Server[]> {
  const { stacks, workloads, stage, population } = needs;
  const answersFile = join(stage.dataDir, 'answers.json');
  const servers: Server[] = [];
  const isBare = ({ dialect }: Stack) => dialect === 'bare';
  for (const stack of [...stacks.filter((each) => !isBare(each)), ...stacks.filter(isBare)]) {
    if (isBare(stack)) await writeFile(answersFile, await answersOf(servers, workloads, population));
    for (const temperature of stack.temperatures)
      servers.push(await startServer(context, needs, stack, temperature, answersFile));
  }
  return servers;
}

async function startServer(
  { step, resources }: Context,
  { stage, cores }: Needs,
  stack: Stack,
  temperature: Temperature,
  answersFile: string,
): Promise<Server> {
  const name = serverName(stack, temperature);
  const app = randomAppName();
  let processes = 0;
  async function start(): Promise<Started> {
    const started = await stack.start({ stage, resources, name, app, temperature, answersFile });
    const core = cores?.server[processes++ % cores.server.length];
    if (core !== undefined) await pin((await started.usage()).pid, core);
    return started;
  }
  return { ...(await step(name, start)), name, stack, temperature, startAnother: start };
}

async function answersOf(
  servers: readonly Server[],
  workloads: readonly Workload[],
  population: Population,
): Promise<string> {
  const bodies: Record<string, string> = {};
  for (const workload of workloads) {
    const [server] = answering(servers, workload);
    if (server === undefined)
      throw new StackProblem(
        `bare answers what another stack answers to ${workload.name}: measure one beside it.`,
      );
    bodies[workload.name] = (await ask(workload, server, population, 0)).text;
  }
  return JSON.stringify({ bodies, location: bodies['redirect'] ?? '/' });
}
