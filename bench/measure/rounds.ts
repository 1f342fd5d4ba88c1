import type { Job, Load } from '../load/load.ts';
import type { Context } from '../run.ts';
import type { Server } from '../stacks/stack.ts';
import type { Workload } from '../workloads/workload.ts';
import { jobFor, runRound, warmUp, type Round, type RoundNeeds } from './round.ts';

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
 * servers take turns.
 */
export async function measure(
  context: Turns,
  needs: Needs,
  workload: Workload,
  servers: readonly Server[],
): Promise<readonly Measured[]> {
  const { step, signal } = context;
  const { name, writes } = workload;
  await step(`${name}: warm-up`, () =>
    oneByOne(signal, servers, (server) => warmUp(needs, workload, server)),
  );
  const rounds = await inTurns(context, { name, rounds: needs.rounds }, servers, (server) =>
    runRound(needs, workload, server),
  );
  const together =
    writes === undefined
      ? []
      : await step(`${name}: two processes of each`, () =>
          oneByOne(signal, servers, (server) => askTwo(needs, workload, server)),
        );
  return servers.map((server, index) => ({
    server,
    workload: name,
    rounds: rounds[index] ?? [],
    together: together[index],
  }));
}

type Turns = Pick<Context, 'step' | 'signal'>;

/**
 * Rounds of each of `all`, in their order. In every round they take turns, each time another one first, so that a machine
 * that slows down slows all of them.
 */
export async function inTurns<T>(
  { step, signal }: Turns,
  { name, rounds }: { readonly name: string; readonly rounds: number },
  all: readonly T[],
  work: (each: T) => Promise<Round>,
): Promise<readonly (readonly Round[])[]> {
  const found = all.map((each) => ({ each, rounds: [] as Round[] }));
  for (let round = 0; round < rounds; round += 1)
    await step(`${name}: round ${round + 1} of ${rounds}`, () =>
      oneByOne(signal, rotated(found, round), async (own) => own.rounds.push(await work(own.each))),
    );
  return found.map((own) => own.rounds);
}

async function oneByOne<T, R>(
  signal: AbortSignal,
  all: readonly T[],
  work: (each: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const each of all) {
    signal.throwIfAborted();
    results.push(await work(each));
  }
  return results;
}

/** What one process has written, another one must not contradict. A bare server knows nothing of either. */
async function askTwo(
  { generator, job, together }: Needs,
  workload: Workload,
  server: Server,
): Promise<Load | undefined> {
  if (server.stack.dialect === 'bare') return undefined;
  const both = { ...server, beside: [await server.startAnother()] };
  return generator.run({ ...jobFor(job, workload, both), way: 'crowded', ...together });
}

const rotated = <T>(all: readonly T[], by: number): readonly T[] =>
  all.map((_, index) => all[(index + by) % all.length] as T);
