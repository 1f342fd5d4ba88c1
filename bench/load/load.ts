import { readFileSync } from 'node:fs';
import { spreadOf, type Spread } from '../../src/testing/prove/measures.ts';
import type { Population } from '../data/population.ts';
import { workloads } from '../workloads/workloads.ts';
import { converse, type Exchange } from './connection.ts';
import { createTraffic, type Target, type Tally, type Traffic } from './traffic.ts';

/** What the generator is told to send. */
export interface Job extends Target {
  /** File of the population. */
  readonly populationFile: string;
  readonly workload: string;
  readonly seed: number;
  readonly draws: number;
  /** Of the processes that are asked; connections take turns. */
  readonly ports: readonly number[];
  readonly connections: number;
  /** Each key twice; by Zipf's law; or few keys, for what is stale. */
  readonly way: 'everyKey' | 'draws' | 'crowded';
  /** For so long, but for `everyKey`, which ends by itself. */
  readonly ms?: number;
  /** And at least so many, however long they take. */
  readonly atLeast?: number;
}

export interface Load {
  readonly answers: number;
  /** Not what was asked for, or not answered. */
  readonly failed: number;
  readonly writes: number;
  /** Reads older than the last acknowledged write when they were sent: for how many ms they had been. */
  readonly stale: Spread;
  readonly tookMs: number;
  readonly perSecond: number;
  /** Of one answer, in ms. */
  readonly ms: Spread;
}

const populations = new Map<string, Population>();
const traffics = new Map<string, Traffic>();

async function run(job: Job): Promise<Load> {
  const traffic = trafficOf(job);
  const times: number[] = [];
  const staleForMs: number[] = [];
  let [failed, writes] = [0, 0];
  const tally: Tally = {
    answered({ tookMs }, isGood) {
      times.push(tookMs);
      if (!isGood) failed += 1;
    },
    lost: () => (failed += 1),
    wrote: () => (writes += 1),
    stale: (forMs) => void staleForMs.push(forMs),
  };
  const { way, ms = Infinity, atLeast = 0 } = job;
  const startedAt = performance.now();
  const draw: () => Exchange | undefined = traffic[way](tally);
  let sent = 0;
  const next = () => {
    if (sent >= atLeast && performance.now() - startedAt >= ms) return undefined;
    sent += 1;
    return draw();
  };
  await Promise.all(
    Array.from({ length: job.connections }, (_, index) =>
      converse(job.ports[index % job.ports.length] ?? 0, next),
    ),
  );
  const tookMs = performance.now() - startedAt;
  const answers = times.length;
  return {
    ...{ answers, failed, writes, tookMs },
    stale: spreadOf(staleForMs),
    perSecond: (1_000 * answers) / tookMs,
    ms: spreadOf(times),
  };
}

/** Kept, because prices go on rising where they were left. */
function trafficOf({ populationFile, workload: name, server, dialect, seed, draws }: Job): Traffic {
  const key = JSON.stringify([populationFile, name, server, seed, draws]);
  const known = traffics.get(key);
  if (known !== undefined) return known;
  const workload = workloads.find((each) => each.name === name);
  if (workload === undefined) throw new Error(`there is no workload ${name}`);
  const made = createTraffic({
    workload,
    population: populationIn(populationFile),
    server,
    dialect,
    seed,
    draws,
  });
  traffics.set(key, made);
  return made;
}

function populationIn(file: string): Population {
  const population = populations.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as Population);
  populations.set(file, population);
  return population;
}

/** As a program of its own, it does what its parent sends, and sends back what came of it. */
process.on('message', (job: Job) => {
  run(job).then(
    (load) => process.send?.(load),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
