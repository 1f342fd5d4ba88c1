import type { Generator } from '../load/generator.ts';
import type { Job, Load } from '../load/load.ts';
import type { Server, Started } from '../stacks/stack.ts';
import type { Workload } from '../workloads/workload.ts';
import { askedForOne, type Counter, type Rates } from './counts.ts';
import { usageOf } from './usage.ts';

/** One workload on one server for some seconds. */
export interface Round {
  readonly load: Load;
  /** Of all its processes, as is their memory. */
  readonly cpuMicrosPerRequest: number;
  readonly sqlPerRequest: number;
  readonly redisPerRequest: number;
  readonly redisTripsPerRequest: number;
  readonly rssMb: number;
}

/** What a round needs beside its server. */
export interface RoundNeeds {
  readonly generator: Generator;
  readonly counter: Counter;
  /** What is asked of Postgres and Redis when nobody asks the servers. */
  readonly idle: Rates;
  /** What every job has. */
  readonly job: Pick<Job, 'populationFile' | 'seed' | 'draws' | 'connections'>;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** Of a round, before anything of it is counted. */
  readonly leadInMs: number;
}

export async function warmUp(
  { generator, job, warmUpMs }: RoundNeeds,
  workload: Workload,
  server: Server,
): Promise<void> {
  const own = jobFor(job, workload, server);
  if (server.temperature === 'warm')
    for (const port of own.ports) await generator.run({ ...own, ports: [port], way: 'everyKey' });
  await generator.run({ ...own, way: 'draws', ms: warmUpMs });
}

/**
 * Whoever rested while others had their turns is first asked for a while that does not count: traffic that has just begun is
 * not what a round is about.
 */
export async function runRound(
  { generator, counter, idle, job, roundMs, leadInMs }: RoundNeeds,
  workload: Workload,
  server: Server,
): Promise<Round> {
  const processes = processesOf(server);
  const own = jobFor(job, workload, server);
  await generator.run({ ...own, way: 'draws', ms: leadInMs });
  const [usageBefore, countsBefore] = [await usageOf(processes), await counter.read()];
  const load = await generator.run({ ...own, way: 'draws', ms: roundMs });
  const [usageAfter, countsAfter] = [await usageOf(processes), await counter.read()];
  const requests = Math.max(1, load.answers);
  const asked = askedForOne(requests, countsAfter, countsBefore, idle);
  return {
    load,
    cpuMicrosPerRequest: (usageAfter.cpuMicros - usageBefore.cpuMicros) / requests,
    sqlPerRequest: asked.statements,
    redisPerRequest: asked.commands,
    redisTripsPerRequest: asked.trips,
    rssMb: usageAfter.rssBytes / 2 ** 20,
  };
}

export const jobFor = (job: RoundNeeds['job'], workload: Workload, server: Server) => ({
  ...job,
  workload: workload.name,
  server: server.name,
  dialect: server.stack.dialect,
  ports: processesOf(server).map(({ url }) => Number(new URL(url).port)),
});

const processesOf = (server: Server): readonly Started[] => [server, ...(server.beside ?? [])];
