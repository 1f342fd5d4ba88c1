import { rounded, spreadOf } from '../measures.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import { readFigures, since } from './figures.ts';
import type { Generator } from './generator.ts';
import type { Load } from './load.ts';

/** Medians over the rounds of one of those that are compared. */
export interface Lap {
  readonly perSecond: number;
  /** Microseconds of a processor for one request. */
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly answers: number;
  readonly failed: number;
}

/** The bare server; from memory; from memory through the framework. */
export type Raced = Readonly<Record<'bare' | 'memory' | 'framework', Lap>>;
type Racer = keyof Raced;

interface Needs {
  readonly bareUrl: string;
  readonly gatewayUrl: string;
  readonly generator: Generator;
  readonly codes: readonly string[];
}

const hotLinks = 100;
export const connections = 64;
const warmUpMs = 1_500;
/** With an origin, a request goes the way of all others. */
const throughTheFramework = ['Origin: https://elsewhere.example'];

interface Round {
  readonly load: Load;
  readonly cpuMicros: number;
}

/** The same few links again and again, in rounds that take turns, so that a machine that slows down slows all of them. */
export async function race(
  context: Pick<ProofContext<'rounds' | 'ms'>, 'options' | 'step' | 'signal'>,
  { bareUrl, gatewayUrl, generator, codes }: Needs,
): Promise<Raced> {
  const { rounds, ms } = context.options;
  const racers: readonly Racer[] = ['bare', 'memory', 'framework'];
  const ran: Record<Racer, Round[]> = { bare: [], memory: [], framework: [] };
  const paths = codes.slice(0, hotLinks);

  async function run(racer: Racer, forMs: number): Promise<Round> {
    const url = racer === 'bare' ? bareUrl : gatewayUrl;
    const headers = racer === 'framework' ? throughTheFramework : [];
    const before = await readFigures(url);
    const load = await generator.run({
      port: Number(new URL(url).port),
      connections,
      paths,
      headers,
      ms: forMs,
    });
    const { cpuSeconds } = since(await readFigures(url), before);
    return { load, cpuMicros: (cpuSeconds * 1e6) / load.answers };
  }

  await context.step('Warm-up', async () => {
    for (const racer of racers) await run(racer, Math.min(ms, warmUpMs));
  });
  await inSteps(context, 'Round', rounds, async (index) => {
    for (let turn = 0; turn < racers.length; turn += 1) {
      const racer = racers[(index + turn) % racers.length] ?? 'bare';
      ran[racer].push(await run(racer, ms));
    }
  });
  return { bare: lapOf(ran.bare), memory: lapOf(ran.memory), framework: lapOf(ran.framework) };
}

function lapOf(rounds: readonly Round[]): Lap {
  const median = (of: (round: Round) => number) => spreadOf(rounds.map(of)).p50;
  const sum = (of: (load: Load) => number) => rounds.reduce((all, { load }) => all + of(load), 0);
  return {
    perSecond: Math.round(median(({ load }) => load.perSecond)),
    cpuMicros: rounded(median(({ cpuMicros }) => cpuMicros)),
    p50: median(({ load }) => load.ms.p50),
    p95: median(({ load }) => load.ms.p95),
    p99: median(({ load }) => load.ms.p99),
    answers: sum(({ answers }) => answers),
    failed: sum(failedOf),
  };
}

/** Whatever is no redirect, and what was not answered. */
export const failedOf = ({ answers, statuses, lost }: Load): number =>
  answers - (statuses['302'] ?? 0) + lost;
