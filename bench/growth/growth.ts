import { createResources } from '../../src/testing/prove/resources.ts';
import { separateCores, type Cores } from '../measure/cores.ts';
import { runRound, warmUp, type RoundNeeds } from '../measure/round.ts';
import { inTurns } from '../measure/rounds.ts';
import { prepare, watchIdle, type Prepared } from '../prepare.ts';
import { rowOf } from '../report/rows.ts';
import type { Context } from '../run.ts';
import type { Server, Temperature } from '../stacks/stack.ts';
import { tributary } from '../stacks/stacks.ts';
import { history } from '../workloads/history.ts';
import { list } from '../workloads/list.ts';
import { product } from '../workloads/product.ts';
import { redirect } from '../workloads/redirect.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Dimension, Point } from './points.ts';
import { sizesAt, type GrowthScale } from './scale.ts';

interface Chosen {
  readonly scale: GrowthScale;
  readonly seed: number;
}

export interface Growth {
  readonly points: readonly Point[];
  readonly cores: Cores | undefined;
}

/** Most processes of the gateway that are measured together. */
const mostProcesses = 2;

/** The gateway alone: what a request takes with more rows, more clients and more processes. */
export async function measureGrowth(context: Context, chosen: Chosen): Promise<Growth> {
  const cores = await separateCores(mostProcesses);
  const points: Point[] = [];
  for (const times of chosen.scale.times)
    points.push(...(await measureSize(context, { ...chosen, times, cores })));
  return { points, cores };
}

interface Size extends Chosen {
  readonly times: number;
  readonly cores: Cores | undefined;
}

/** One size of the data, in Postgres and Redis of its own, which end with it. */
async function measureSize(context: Context, size: Size): Promise<readonly Point[]> {
  const { scale, times, cores } = size;
  const resources = createResources();
  const step: Context['step'] = (name, work) => context.step(`× ${times}, ${name}`, work);
  const here = { ...context, resources, step };
  try {
    const prepared = await prepare(here, {
      stacks: [tributary],
      workloads: [product, list, history, redirect],
      scale: { sizes: sizesAt(scale, times), comparedKeys: scale.comparedKeys },
      cores,
    });
    const site = { ...size, ...prepared, context: here };
    const points = await growRows(site);
    if (times !== scale.middle) return points;
    return [...points, ...(await growClients(site)), ...(await growProcesses(site))];
  } finally {
    await resources.close();
  }
}

/** Servers that stand on data of one size. */
interface Site extends Size, Prepared {
  readonly context: Context;
}

/** A server, asked over so many connections. */
interface Case {
  readonly server: Server;
  readonly connections: number;
}

async function growRows(site: Site): Promise<readonly Point[]> {
  const { connections } = site.scale;
  const points: Point[] = [];
  for (const workload of [product, list, history, redirect]) {
    const cases = site.servers.map((server) => ({ server, connections }));
    points.push(...(await measureCases(site, 'rows', workload, cases)));
  }
  return points;
}

/** What costs the least of the gateway, and what costs the most. */
const extremes = [
  { workload: product, temperature: 'warm' },
  { workload: list, temperature: 'cold' },
] as const;

async function growClients(site: Site): Promise<readonly Point[]> {
  const { clients, crowdedMs } = site.scale;
  const crowded = { ...site, scale: { ...site.scale, roundMs: crowdedMs } };
  const points: Point[] = [];
  for (const { workload, temperature } of extremes) {
    const server = serverOf(site, temperature);
    const cases = clients.map((connections) => ({ server, connections }));
    points.push(...(await measureCases(crowded, 'clients', workload, cases)));
  }
  return points;
}

async function growProcesses(site: Site): Promise<readonly Point[]> {
  const { connections } = site.scale;
  const points: Point[] = [];
  for (const { workload, temperature } of extremes) {
    const server = serverOf(site, temperature);
    const beside = await site.context.step(`another process, ${temperature}`, server.startAnother);
    const cases = [server, { ...server, beside: [beside] }].map((each) => ({ server: each, connections }));
    // One more asks for something when nobody asks it.
    const idle = await watchIdle(site.counter);
    points.push(...(await measureCases({ ...site, idle }, 'processes', workload, cases)));
  }
  return points;
}

function serverOf({ servers }: Site, temperature: Temperature): Server {
  const server = servers.find((each) => each.temperature === temperature);
  if (server === undefined) throw new Error(`nothing is ${temperature}`);
  return server;
}

async function measureCases(
  site: Site,
  dimension: Dimension,
  workload: Workload,
  cases: readonly Case[],
): Promise<readonly Point[]> {
  const { context, scale } = site;
  const name = `${dimension}, ${workload.name}`;
  await context.step(`${name}: warm-up`, async () => {
    for (const server of new Set(cases.map((each) => each.server)))
      await warmUp(needsOf(site, scale.connections), workload, server);
  });
  const rounds = await inTurns(context, { name, rounds: scale.rounds }, cases, (each) =>
    runRound(needsOf(site, each.connections), workload, each.server),
  );
  return cases.map(({ server, connections }, index) => ({
    ...{ dimension, connections, times: site.times },
    keys: workload.keys(site.population, server.name),
    processes: 1 + (server.beside?.length ?? 0),
    ...rowOf({ server, workload: workload.name, rounds: rounds[index] ?? [] }),
  }));
}

function needsOf({ scale, seed, ...prepared }: Site, connections: number): RoundNeeds {
  const { populationFile, generator, counter, idle } = prepared;
  const job = { populationFile, seed, draws: scale.draws, connections };
  const { roundMs, warmUpMs, leadInMs } = scale;
  return { generator, counter, idle, job, roundMs, warmUpMs, leadInMs };
}
