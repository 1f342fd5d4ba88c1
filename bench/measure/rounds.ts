import type { Generator } from '../load/generator.ts';
import type { Job, Load } from '../load/load.ts';
import type { Context } from '../run.ts';
import type { Server } from '../stacks/stack.ts';
import type { Workload } from '../workloads/workload.ts';
import { askedForOne, type Counter, type Rates } from './counts.ts';

/** One workload on one server for some seconds. */
export interface Round {
  readonly load: Load;
  readonly cpuMicrosPerRequest: number;
  readonly sqlPerRequest: number;
  readonly redisPerRequest: number;
  readonly redisTripsPerRequest: number;
  readonly rssMb: number;
}

/** All rounds of a server. */
export interface Measured {
  readonly server: Server;
  readonly workload: string;
  readonly rounds: readonly Round[];
  /** Of traffic that writes: two processes of the same server, asked in turns. */
  readonly together?: Load | undefined;
}

interface Needs {
  readonly generator: Generator;
  readonly counter: Counter;
  /** What is asked of Postgres and Redis when nobody asks the servers. */
  readonly idle: Rates;
  /** What every job has. */
  readonly job: Pick<Job, 'populationFile' | 'seed' | 'draws' | 'connections'>;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** How long two processes are asked for what is stale. */
  readonly together: Required<Pick<Job, 'ms' | 'atLeast'>>;
}

/**
 * First every key, where answers are kept, and some seconds of traffic for whatever compiles; then rounds in which the
 * servers take turns, so that a machine that slows down slows all of them.
 */
export async function measure(
  { step, signal }: Pick<Context, 'step' | 'signal'>,
  needs: Needs,
  workload: Workload,
  servers: readonly Server[],
): Promise<readonly Measured[]> {
  const { name } = workload;
  const forEach = async (all: readonly Ran[], work: (ran: Ran) => Promise<void>) => {
    for (const each of all) {
      signal.throwIfAborted();
      await work(each);
    }
  };
  const ran: readonly Ran[] = servers.map((server) => ({ server, rounds: [] }));
  await step(`${name}: warm-up`, () => forEach(ran, ({ server }) => warmUp(needs, workload, server)));
  for (let round = 0; round < needs.rounds; round += 1)
    await step(`${name}: round ${round + 1} of ${needs.rounds}`, () =>
      forEach(rotated(ran, round), async ({ server, rounds }) => {
        rounds.push(await runRound(needs, workload, server));
      }),
    );
  if (workload.writes !== undefined)
    await step(`${name}: two processes of each`, () =>
      forEach(ran, async (each) => {
        each.together = await askTwo(needs, workload, each.server);
      }),
    );
  return ran.map((each) => ({ ...each, workload: name }));
}

interface Ran {
  readonly server: Server;
  readonly rounds: Round[];
  together?: Load | undefined;
}

/** What one process has written, another one must not contradict. A bare server knows nothing of either. */
async function askTwo(
  { generator, job, together }: Needs,
  workload: Workload,
  server: Server,
): Promise<Load | undefined> {
  if (server.stack.dialect === 'bare') return undefined;
  const another = await server.startAnother();
  const own = jobFor(job, workload, server);
  const ports = [...own.ports, portOf(another.url)];
  return generator.run({ ...own, ports, way: 'crowded', ...together });
}

async function warmUp(
  { generator, job, warmUpMs }: Needs,
  workload: Workload,
  server: Server,
): Promise<void> {
  const own = jobFor(job, workload, server);
  if (server.temperature === 'warm') await generator.run({ ...own, way: 'everyKey' });
  await generator.run({ ...own, way: 'draws', ms: warmUpMs });
}

async function runRound(
  { generator, counter, idle, job, roundMs }: Needs,
  workload: Workload,
  server: Server,
): Promise<Round> {
  const [usageBefore, countsBefore] = [await server.usage(), await counter.read()];
  const load = await generator.run({ ...jobFor(job, workload, server), way: 'draws', ms: roundMs });
  const [usageAfter, countsAfter] = [await server.usage(), await counter.read()];
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

const jobFor = (job: Needs['job'], workload: Workload, { name, stack, url }: Server) => ({
  ...job,
  workload: workload.name,
  server: name,
  dialect: stack.dialect,
  ports: [portOf(url)],
});

const rotated = <T>(all: readonly T[], by: number): readonly T[] =>
  all.map((_, index) => all[(index + by) % all.length] as T);

const portOf = (url: string): number => Number(new URL(url).port);
