import type { Job, Load } from '../load/load.ts';
import type { Context } from '../run.ts';
import type { Server } from '../stacks/stack.ts';
import type { Workload } from '../workloads/workload.ts';
import { jobFor, portOf, runRound, warmUp, type Round, type RoundNeeds } from './round.ts';

/** All rounds of a server. */
export interface Measured {
  readonly server: Server;
  readonly workload: string;
  readonly rounds: readonly Round[];
  /** Of traffic that writes: two processes of the same server, asked in turns. */
  readonly together?: Load | undefined;
}

interface Needs extends RoundNeeds {
  readonly rounds: number;
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

const rotated = <T>(all: readonly T[], by: number): readonly T[] =>
  all.map((_, index) => all[(index + by) % all.length] as T);
