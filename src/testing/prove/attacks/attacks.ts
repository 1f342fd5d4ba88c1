import { withLimits, withoutLimits } from '../../attacks/without-limits.ts';
import { faultyStream } from '../../attacks/amplified.ts';
import { attacks as documents } from '../../attacks/documents.ts';
import { foreignOrigins, frames } from '../../attacks/frames.ts';
import { requests } from '../../attacks/requests.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { connecting, framing, posting, sending, type Weapon } from './attacking.ts';
import { compareGuesses } from './guessing.ts';
import { figuresOf } from './process-figures.ts';

type Option = 'times' | 'guesses' | 'ms' | 'megabytes';
type Context = ProofContext<Option>;

const preload = 'src/testing/prove/outages/collect-on-signal.ts';
/** A body that is cut off while it is sent is as often a broken connection as an answer: it is for a test that looks closer. */
const sendable = documents.filter(({ what }) => what !== 'a body of 2 MB');
const weapons: readonly Weapon[] = [
  ...sendable.map((attack) => posting(attack)),
  posting(faultyStream, 'text/event-stream'),
  ...requests.map(sending),
  ...frames.map(framing),
  ...foreignOrigins.map(connecting),
];
/** Where only a limit keeps the processor free: they are refused without one as well, after some 100 ms. */
const heavy = ['one field 490 times, to be compared pair by pair', 'conflicts among 600'];
/** As large as tokens allow, they have to be parsed. */
const heavyAllowance = 3;
const letThrough = '150 fragments that overlap';

/** The whole corpus again and again, one attack after the other, on a gateway in a process of its own. */
export const attacks: Proof<Option> = {
  name: 'attacks',
  about: 'Every attack of the corpus is refused with its code, for little of the processor and no memory.',
  takes: '2 min',
  options: {
    times: { about: 'each attack', fallback: 200 },
    guesses: { about: 'each way to guess a password', fallback: 150 },
    ms: { about: 'processor time of a refusal, median over the attacks', fallback: 5 },
    megabytes: { about: 'by how much memory in use may grow', fallback: 8 },
  },
  async run(context) {
    const { times, guesses, ms, megabytes } = context.options;
    const stage = await startStage(context, { products: 5 });
    const guarded = await suffer(context, stage, 'Guarded', withLimits, weapons);
    const guessing = await compareGuesses(context, guarded.url, guesses);
    const open = await suffer(
      context,
      stage,
      'Without limits',
      // It leaks as well: the control of what is in use.
      { ...withoutLimits, KEEP_REQUESTS: 'true' },
      weapons.filter(({ what }) => heavy.includes(what) || what === letThrough),
    );
    const cost = spreadOf(guarded.costs.map(({ cpuMs }) => cpuMs));
    const heaviest = guarded.costs.filter(({ what }) => heavy.includes(what)).map(({ cpuMs }) => cpuMs);
    const openCost = spreadOf(open.costs.map(({ cpuMs }) => cpuMs));
    return {
      checks: [
        refusedAll(guarded, times, open),
        {
          what: 'processor time of a refusal, median over the attacks',
          found: `${cost.p50} ms (p95 ${cost.p95}, most ${cost.max})`,
          must: `under ${ms} ms`,
          holds: cost.p50 < ms,
        },
        {
          what: 'the same of those that graphql-js would compare pair by pair',
          found: `${rounded(Math.max(...heaviest))} ms at most`,
          must: `under ${heavyAllowance * ms} ms`,
          holds: Math.max(...heaviest) < heavyAllowance * ms,
          control: {
            found: `${openCost.max} ms without limits`,
            fails: openCost.max > heavyAllowance * ms,
          },
        },
        {
          what: 'memory in use, more after the second half of the attacks than after the first',
          found: `${guarded.grownMb} MB (resident ${guarded.residentMb} MB)`,
          must: `under ${megabytes} MB`,
          holds: guarded.grownMb < megabytes,
          control: {
            found: `${open.grownMb} MB of a gateway that leaks`,
            fails: open.grownMb > megabytes,
          },
        },
        guessing,
      ],
      figures: { cost, guarded, open },
    };
  },
};

interface Cost {
  readonly what: string;
  readonly cpuMs: number;
}

interface Suffered {
  readonly url: string;
  readonly costs: readonly Cost[];
  /** What was not refused as it should be. */
  readonly others: readonly string[];
  readonly grownMb: number;
  readonly residentMb: number;
  readonly eventLoopDelayMs: Spread;
}

async function suffer(
  context: Context,
  stage: Stage,
  name: string,
  env: Readonly<Record<string, string>>,
  some: readonly Weapon[],
): Promise<Suffered> {
  const gateway = await context.step(`${name}: the gateway`, () =>
    startMortalGateway(context, stage, {
      name: `gateway-${name.toLowerCase().replaceAll(' ', '-')}`,
      nodeArguments: ['--expose-gc'],
      preload,
      env: { NODE_ENV: 'production', ...env },
    }),
  );
  const half = Math.floor(context.options.times / 2);
  const rest = context.options.times - half;
  const first = await strikeAll(context, gateway, some, half, `${name}: first half`, 'unmeasured');
  const before = await figuresOf(gateway, true);
  const second = await strikeAll(context, gateway, some, rest, `${name}: second half`, 'measured');
  const after = await figuresOf(gateway, true);
  return {
    url: gateway.url,
    // By then everything is compiled.
    costs: second.costs,
    others: [...first.others, ...second.others],
    grownMb: rounded(after.heapMb - before.heapMb),
    residentMb: rounded(after.residentMb),
    eventLoopDelayMs: spreadOf(second.delaysMs),
  };
}

async function strikeAll(
  { step, signal }: Context,
  gateway: MortalGateway,
  some: readonly Weapon[],
  times: number,
  what: string,
  how: 'measured' | 'unmeasured',
) {
  const costs: Cost[] = [];
  const others: string[] = [];
  const delaysMs: number[] = [];
  let turn = 0;
  await step(what, async () => {
    for (const weapon of some) {
      signal.throwIfAborted();
      const before = how === 'measured' ? await figuresOf(gateway) : undefined;
      for (let count = 0; count < times; count += 1) {
        const found = await weapon.strike(gateway.url, (turn += 1));
        if (found !== weapon.expected) others.push(`${weapon.what}: ${found}`);
      }
      if (before === undefined) continue;
      const { cpuMs, delayMs } = await figuresOf(gateway);
      costs.push({ what: weapon.what, cpuMs: rounded((cpuMs - before.cpuMs) / times) });
      delaysMs.push(delayMs);
    }
  });
  return { costs, others, delaysMs };
}

function refusedAll(guarded: Suffered, times: number, open: Suffered): Check {
  const [first] = guarded.others;
  return {
    what: `refused with the right code, ${weapons.length} attacks, each ${times} times`,
    found: first === undefined ? 'all' : `all but ${guarded.others.length}, such as ${first}`,
    must: 'all',
    holds: guarded.others.length === 0,
    control: { found: `${open.others.length} not refused so without limits`, fails: open.others.length > 0 },
  };
}
