import fc from 'fast-check';
import { GraphQLError, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../clock/random.ts';
import { createSchema } from '../graphql/schema.ts';
import { actualOf, estimateOf, withoutDefaults, withoutValues } from '../testing/costed.ts';
import { createAnswering } from '../testing/generated-answers.ts';
import { generateOperation, type OperationShape } from '../testing/generated-operations.ts';
import { createCosts } from './cost.ts';

const schema = createSchema();
const costs = createCosts(schema);
const runs = { numRuns: 60 };
const maxObjects = 1_000;

const operations = (shape: Partial<OperationShape> = {}) =>
  fc
    .integer({ min: 0, max: 2 ** 31 - 1 })
    .map((seed) => generateOperation(schema, seededRandom(seed), { depth: 5, ...shape }));

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const anyAnswer = createAnswering(schema, { full: 0.5, nulls: 0.05, maxObjects });
const fullAnswer = createAnswering(schema, { full: 1, nulls: 0, maxObjects });

describe('generated operations', () => {
  it('fit the schema', () => {
    fc.assert(
      fc.property(operations(), ({ document }) => {
        expect(validate(schema, document)).toEqual([]);
      }),
      runs,
    );
  });
});

describe('an estimate', () => {
  it.each(['query', 'mutation'] as const)('is never below what a %s came to', (kind) => {
    fc.assert(
      fc.property(operations({ kind }), seeds, (operation, seed) => {
        const estimate = estimateUnlessRefused(operation);
        if (estimate === undefined) return;
        const { data } = anyAnswer(operation, seededRandom(seed));
        const actual = actualOf(costs, operation, data);
        expect(estimate).toSatisfy(Number.isFinite);
        expect(actual).toBeGreaterThanOrEqual(0);
        expect(estimate).toBeGreaterThanOrEqual(actual);
      }),
      runs,
    );
  });

  it('is what a full answer comes to, where no type is left open', () => {
    fc.assert(
      fc.property(operations({ negatives: 0 }), seeds, (operation, seed) => {
        fc.pre(!/\bnodes?\(|attachment/.test(operation.text));
        const { data, isCut } = fullAnswer(operation, seededRandom(seed));
        fc.pre(!isCut);
        expect(actualOf(costs, operation, data)).toBe(estimateOf(costs, operation));
      }),
      runs,
    );
  });

  it('does not fall when `first` grows', () => {
    const first = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(operations({ negatives: 0 }), first, first, ({ document, variables }, one, other) => {
        const withFirst = (value: number) =>
          estimateOf(costs, {
            document,
            variables: mapValues(variables, (each) => (typeof each === 'number' ? value : each)),
          });
        expect(withFirst(Math.max(one, other))).toBeGreaterThanOrEqual(withFirst(Math.min(one, other)));
      }),
      runs,
    );
  });
});

describe('an estimate that is blind, the controls:', () => {
  it.each([
    ['to the values of variables', withoutValues],
    ['to the defaults of variables', withoutDefaults],
  ])('%s is below what operations came to', (_, blind) => {
    const random = seededRandom(1);
    let below = 0;
    for (let count = 0; count < 200; count += 1) {
      const operation = generateOperation(schema, random, { negatives: 0 });
      const { data } = fullAnswer(operation, random);
      if (estimateOf(costs, blind(operation)) < actualOf(costs, operation, data)) below += 1;
    }
    expect(below).toBeGreaterThan(0);
  });
});

/** Refused is only what asks for a page out of range. */
function estimateUnlessRefused(operation: ReturnType<typeof generateOperation>): number | undefined {
  try {
    return estimateOf(costs, operation);
  } catch (error) {
    if (!operation.isOutOfRange || !(error instanceof GraphQLError)) throw error;
    expect(error.extensions['code']).toBe('BAD_USER_INPUT');
    return undefined;
  }
}

function mapValues<Value>(
  object: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
