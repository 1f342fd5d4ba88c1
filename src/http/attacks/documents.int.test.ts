import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withLimits, withoutLimits } from '../../testing/attacks/without-limits.ts';
import { attacks } from '../../testing/attacks/documents.ts';
import { dataOf, expectRefusal, expectUnharmed, startEdge, type Edge } from '../bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject, withLimits);
});
afterAll(() => edge.close());

const honest = '{ products(first: 1) { nodes { name } } }';

describe('is refused, and an honest request answered right after:', () => {
  it.each(attacks)('$what', async ({ body, status, code }) => {
    const reply = await edge.post(body);
    expectRefusal(reply, status, code);
    expect(reply.text).not.toMatch(/did you mean/i);
    expect(reply.text.length).toBeLessThan(10_000);
    expect(dataOf(await edge.graphql(honest))).toEqual({ products: { nodes: [{ name: 'Bait' }] } });
  });
});

describe('only its limit refuses', () => {
  let open: Edge;
  beforeAll(async () => {
    open = await startEdge(inject, {
      ...withoutLimits,
      MAX_BATCH: '100',
      MAX_DEPTH: '300',
      NODE_ENV: 'development',
    });
  });
  afterAll(() => open.close());

  it.each([
    '17 levels',
    '17 levels, three in each fragment',
    '31 aliases',
    '600 aliases',
    '21 passwords in one request',
    '31 passwords in one request',
    '51 directives',
    '21 root fields',
    '51 fragments',
    '150 fragments that overlap',
    'fragments that double 40 times',
    'fragments that triple below a field',
    'variables of 600 kB',
    'a variable of 900 kB',
    'an array of 11 operations',
    'lists in lists, by a variable',
    'lists in lists, where a variable includes them',
    'introspection',
    'introspection in a fragment',
    'introspection in a dry run',
  ])('%s', async (name) => {
    const { status, text } = await open.post(attacks.find(({ what }) => what === name)?.body);
    expect(status).toBe(200);
    expect(text).toContain('"data":{');
  });
});

describe('an admin is shown the schema', () => {
  it('by introspection', async () => {
    const document = '{ __schema { queryType { name } } }';
    expect(dataOf(await edge.graphql(document, {}, edge.adminToken))).toEqual({
      __schema: { queryType: { name: 'Query' } },
    });
    // The document is known to be valid from then on.
    expectRefusal(await edge.graphql(document), 400, 'GRAPHQL_VALIDATION_FAILED');
    expectRefusal(await edge.graphql(document, {}, edge.userToken), 400, 'GRAPHQL_VALIDATION_FAILED');
  });

  it('by suggestions', async () => {
    const { text } = await edge.graphql('{ produts { nodes { id } } }', {}, edge.adminToken);
    expect(text).toContain('Did you mean');
  });
});

it('everybody is told the name of a type', async () => {
  expect(dataOf(await edge.graphql('{ __typename viewer { __typename } }'))).toMatchObject({
    __typename: 'Query',
  });
});

it('a name of 90 kB is no label of a metric', async () => {
  const document = `query ${'a'.repeat(90_000)} { __typename }`;
  expect(dataOf(await edge.graphql(document))).toEqual({ __typename: 'Query' });
  const metrics = await edge.gateway.app.metrics.registry.metrics();
  expect(metrics).toContain('operation="other"');
  expect(Math.max(...metrics.split('\n').map((line) => line.length))).toBeLessThan(1_000);
});

it('nothing is left in a prototype', () => {
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
