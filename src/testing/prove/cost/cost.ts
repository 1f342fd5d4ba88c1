import { GraphQLError, validate } from 'graphql';
import { seededRandom } from '../../../clock/random.ts';
import { createCosts, type Costs } from '../../../cost/cost.ts';
import { createSchema } from '../../../graphql/schema.ts';
import { actualOf, estimateOf, withoutDefaults, withoutValues } from '../../costed.ts';
import { createAnswering } from '../../generated-answers.ts';
import { generateOperation, type GeneratedOperation } from '../../generated-operations.ts';
import { spreadOf } from '../measures.ts';
import { inSteps, type Check, type Proof } from '../proof.ts';
import { sendThroughGateways } from './through-gateways.ts';

type Option = 'operations' | 'sent' | 'objects' | 'ratio';

/** Mostly full pages, as lists have but at their ends, and now and then a null. */
const lists = { full: 0.7, nulls: 0.02 };
const mutations = 0.1;

interface Reckoned {
  readonly estimate: number;
  readonly actual: number;
  readonly isCut: boolean;
  /** Of an estimate that sees less. */
  readonly blindToValues: number;
  readonly blindToDefaults: number;
  /** Of one estimate: the first, which plans, and a later one. */
  readonly firstUs: number;
  readonly laterUs: number;
}

/** No operation comes to more than was charged for it before, and charges are not far from what it comes to. */
export const cost: Proof<Option> = {
  name: 'cost',
  about:
    'What an operation is estimated to cost is never less than what its answer came to, seldom much more, and the same wherever it is shown.',
  takes: '10 min',
  options: {
    operations: { about: 'generated operations', fallback: 10_000 },
    sent: {
      about: 'generated operations that are sent through whole gateways',
      fallback: 10_000,
    },
    objects: { about: 'objects in one answer, beyond which its lists stay empty', fallback: 5_000 },
    ratio: { about: 'most that the median estimate may be, of what the answer came to', fallback: 3 },
  },
  async run(context) {
    const schema = createSchema();
    const costs = createCosts(schema);
    const answer = createAnswering(schema, { ...lists, maxObjects: context.options.objects });
    const random = seededRandom(context.seed);
    const reckoned: Reckoned[] = [];
    let misfits = 0;
    let refused = 0;
    let wronglyRefused = 0;
    await inSteps(context, 'Operations', context.options.operations, async () => {
      const kind = random() < mutations ? 'mutation' : 'query';
      const operation = generateOperation(schema, random, { kind });
      if (validate(schema, operation.document).length > 0) misfits += 1;
      const timed = time(costs, operation);
      if (timed === undefined) {
        refused += 1;
        if (!operation.isOutOfRange) wronglyRefused += 1;
        return Promise.resolve();
      }
      const { data, isCut } = answer(operation, random);
      reckoned.push({
        ...timed,
        isCut,
        actual: actualOf(costs, operation, data),
        blindToValues: blind(costs, withoutValues(operation)),
        blindToDefaults: blind(costs, withoutDefaults(operation)),
      });
      return Promise.resolve();
    });
    const { sent } = context.options;
    const through = sent === 0 ? undefined : await sendThroughGateways(context, sent);
    const ratios = spreadOf(reckoned.map(({ estimate, actual }) => estimate / actual));
    const planning = spreadOf(reckoned.map(({ firstUs }) => firstUs));
    const estimating = spreadOf(reckoned.map(({ laterUs }) => laterUs));
    return {
      checks: [
        fits(misfits, wronglyRefused, refused, context.options.operations),
        neverBelow(reckoned),
        {
          what: `an estimate, of what the answer came to: median (p95 ${ratios.p95})`,
          found: String(ratios.p50),
          must: `≤ ${context.options.ratio}`,
          holds: ratios.p50 <= context.options.ratio,
        },
        {
          what: 'microseconds of an estimate, planned before: median (told only)',
          found: `${estimating.p50} (p95 ${estimating.p95}); ${planning.p50} where it is planned`,
          must: 'told',
          holds: true,
        },
        ...(through?.checks ?? []),
      ],
      figures: {
        through: through?.figures,
        reckoned: reckoned.length,
        refused,
        cut: reckoned.filter(({ isCut }) => isCut).length,
        ratios,
        estimateUs: estimating,
        planAndEstimateUs: planning,
        estimates: spreadOf(reckoned.map(({ estimate }) => estimate)),
      },
    };
  },
};

function fits(misfits: number, wronglyRefused: number, refused: number, operations: number): Check {
  return {
    what: `${operations} generated operations, of which ${refused} ask for a page out of range: misfits, others refused`,
    found: `${misfits}, ${wronglyRefused}`,
    must: '0, 0, and some out of range',
    holds: misfits === 0 && wronglyRefused === 0 && refused > 0,
  };
}

function neverBelow(reckoned: readonly Reckoned[]): Check {
  const below = (estimateOfIt: (one: Reckoned) => number) =>
    reckoned.filter((one) => !(estimateOfIt(one) >= one.actual)).length;
  const found = below(({ estimate }) => estimate);
  const withoutValue = below(({ blindToValues }) => blindToValues);
  const withoutDefault = below(({ blindToDefaults }) => blindToDefaults);
  return {
    what: 'estimates below what the answer came to',
    found: `${found} of ${reckoned.length}`,
    must: '0',
    holds: reckoned.length > 0 && found === 0,
    control: {
      found: `${withoutValue} where values of variables are not seen, ${withoutDefault} where their defaults are not`,
      fails: withoutValue > 0,
    },
  };
}

function time(
  costs: Costs,
  operation: GeneratedOperation,
): Pick<Reckoned, 'estimate' | 'firstUs' | 'laterUs'> | undefined {
  try {
    const startedAt = performance.now();
    const estimate = estimateOf(costs, operation);
    const plannedAt = performance.now();
    estimateOf(costs, operation);
    const endedAt = performance.now();
    return { estimate, firstUs: (plannedAt - startedAt) * 1_000, laterUs: (endedAt - plannedAt) * 1_000 };
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'BAD_USER_INPUT') return undefined;
    throw error;
  }
}

/** What sees less may find reason to refuse what is fine; then it has not let anything pass. */
function blind(costs: Costs, seen: Parameters<typeof estimateOf>[1]): number {
  try {
    return estimateOf(costs, seen);
  } catch (error) {
    if (error instanceof GraphQLError) return Infinity;
    throw error;
  }
}
