import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withoutLimits } from '../../testing/attacks/without-limits.ts';
import { attacks } from '../../testing/attacks/documents.ts';
import { dataOf, expectRefusal, expectUnharmed, startEdge, type Edge } from '../bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject, { NODE_ENV: 'production' });
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
    open = await startEdge(inject, { ...withoutLimits, MAX_BATCH: '100', NODE_ENV: 'development' });
  });
  afterAll(() => open.close());

  it.each([
    '31 aliases',
    '600 aliases',
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
    'introspection',
    'introspection in a fragment',
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

it('nothing is left in a prototype', () => {
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
