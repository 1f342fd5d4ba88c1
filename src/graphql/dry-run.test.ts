import { defaultFieldResolver, parse } from 'graphql';
import { expect, it } from 'vitest';
import type { Context } from '../context/context.ts';
import { createFreeBudget } from '../limits/rate/budget.ts';
import { forEachField } from './authorise.ts';
import { createDryRun } from './dry-run.ts';
import { createSchema } from './schema.ts';

const ran: string[] = [];

/** The whole contract, whose resolvers say that they have run. */
function watchedSchema() {
  const schema = createSchema();
  forEachField(schema, (type, name, field) => {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (...args) => {
      ran.push(`${type}.${name}`);
      return resolve(...args);
    };
  });
  return schema;
}
const dryRun = createDryRun(watchedSchema());

async function ask(query: string, variableValues: Readonly<Record<string, unknown>> = {}) {
  const budget = createFreeBudget();
  budget.price(7);
  ran.length = 0;
  const asked = { document: parse(query), operationName: undefined, variableValues };
  const result = await dryRun(asked, { budget } as Context);
  return JSON.parse(JSON.stringify(result ?? null)) as unknown;
}

it('answers with the cost, and null for all other fields of the query, lists that are never null too', async () => {
  const answer = await ask(`{
    rateLimit(dryRun: true) { limit cost }
    viewer { username }
    nodes(ids: ["x"]) { id }
    own: products(first: 3) { nodes { name } }
    __typename
  }`);
  expect(answer).toEqual({
    data: { rateLimit: { limit: null, cost: 7 }, viewer: null, nodes: null, own: null, __typename: 'Query' },
  });
});

it('runs no resolver but those of its own field', async () => {
  await ask('{ rateLimit(dryRun: true) { cost } viewer { username } nodes(ids: ["x"]) { id } }');
  expect(ran).toEqual(['Query.rateLimit', 'RateLimit.cost']);
});

it.each([
  ['a variable', 'query ($dry: Boolean) { rateLimit(dryRun: $dry) { cost } viewer { id } }', { dry: true }],
  ['a default', 'query ($dry: Boolean = true) { rateLimit(dryRun: $dry) { cost } viewer { id } }', {}],
  ['an alias', '{ rateLimit: viewer { id } cost: rateLimit(dryRun: true) { cost } }', {}],
  ['a fragment', '{ ...F viewer { id } } fragment F on Query { rateLimit(dryRun: true) { cost } }', {}],
  ['an inline fragment', '{ ... on Query { rateLimit(dryRun: true) { cost } } viewer { id } }', {}],
])('is asked for through %s', async (_way, query, variables) => {
  expect(await ask(query, variables)).toMatchObject({ data: {} });
  expect(ran).toContain('Query.rateLimit');
  expect(ran).not.toContain('Query.viewer');
});

it.each([
  ['no argument', '{ rateLimit { cost } viewer { id } }', {}],
  ['false', '{ rateLimit(dryRun: false) { cost } }', {}],
  ['null', '{ rateLimit(dryRun: null) { cost } }', {}],
  ['a variable that is false', 'query ($dry: Boolean!) { rateLimit(dryRun: $dry) { cost } }', { dry: false }],
  ['a field that is skipped', '{ rateLimit(dryRun: true) @skip(if: true) { cost } viewer { id } }', {}],
  ['another field of that name', '{ viewer { dryRun: username } }', {}],
  [
    'a variable of the wrong type',
    'query ($dry: Boolean) { rateLimit(dryRun: $dry) { cost } }',
    { dry: 'x' },
  ],
])('is not asked for by %s', async (_what, query, variables) => {
  expect(await ask(query, variables)).toBeNull();
});

it('once a document asks for it, the next request with the same document may not', async () => {
  const query = 'query ($dry: Boolean) { rateLimit(dryRun: $dry) { cost } }';
  expect(await ask(query, { dry: true })).not.toBeNull();
  expect(await ask(query, { dry: false })).toBeNull();
});
