import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withoutLimits } from '../testing/attacks/without-limits.ts';
import { expectUnharmed, startEdge, type Edge, type Reply } from './bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  // Beyond the limits they would be refused before they are heavy.
  edge = await startEdge(inject, withoutLimits);
});
afterAll(() => edge.close());

const ask = (query: string) => edge.graphql(query);
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels);

/** What is allowed, or refused, however it is built up: it must not take the process from others. */
const busyMs = 1_500;
const fieldsBelow = (part: string) => `{ products { nodes { ${part} } } }`;
const heavy: readonly (readonly [what: string, send: () => Promise<Reply>])[] = [
  ['660 aliases', () => ask(`{ ${times(660, (n) => `a${n}: __typename`)} }`)],
  ['180 aliases that load', () => ask(`{ ${times(180, (n) => `a${n}: product(id: ${n}) { id }`)} }`)],
  ['one field 1,990 times', () => ask(`{ ${times(1_990, () => '__typename')} }`)],
  ['one field with a selection 600 times', () => ask(`{ ${times(600, () => 'viewer{id}')} }`)],
  [
    'one field with arguments 280 times',
    () => ask(`{ ${times(280, () => 'userByUsername(username:"a"){id}')} }`),
  ],
  ['conflicts among 600', () => ask(`{ ${times(600, (n) => `a: ${n % 2 === 0 ? 'viewer' : 'node'}`)} }`)],
  ['900 unknown fields', () => ask(`{ ${times(900, (n) => `zz${n}`)} }`)],
  [
    'a chain of 280 fragments',
    () =>
      ask(
        `{ ...F0 } ${times(280, (n) => `fragment F${n} on Query { ...F${n + 1} }`)} fragment F280 on Query { __typename }`,
      ),
  ],
  [
    'fragments that double 180 times',
    () =>
      ask(
        `{ ...F0 } ${times(180, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F180 on Query { __typename }`,
      ),
  ],
  [
    'fragments that double below fields',
    () =>
      ask(
        `{ ...F0 } ${times(110, (n) => `fragment F${n} on Query { a: node(id: 1) { ...N } ...F${n + 1} ...F${n + 1} }`)} fragment F110 on Query { __typename } fragment N on Node { id }`,
      ),
  ],
  [
    'a fragment spread 900 times',
    () => ask(`{ ${times(640, () => '...F')} } fragment F on Query { __typename }`),
  ],
  ['inline fragments 600 deep', () => ask(nested('{ ... ', '{ __typename }', '}', 600))],
  [
    '15 levels, each field twice',
    () => ask(fieldsBelow(times(100, () => 'inventory{stock status} price{amount currencyCode}'))),
  ],
  ['a literal nested 600 deep', () => ask(`{ nodes(ids: ${nested('[', '"a"', ']', 600)}) { id } }`)],
  [
    'an object nested 400 deep',
    () => ask(`mutation { stepUp(input: ${nested('{password: ', '"a"', '}', 400)}) { session { id } } }`),
  ],
  ['a string of 90 kB', () => ask(`{ userByUsername(username: "${'a'.repeat(90_000)}") { id } }`)],
  ['100,000 characters of comments', () => ask(`{ __typename } ${'#\n'.repeat(49_990)}`)],
  [
    'introspection of everything',
    () =>
      ask(
        '{ __schema { types { name fields { name args { name type { name ofType { name } } } type { name } } } } }',
      ),
  ],
  [
    'introspection in circles',
    () =>
      ask(
        '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } }',
      ),
  ],
];

describe('heavy documents are answered before long:', () => {
  it.each(heavy)('%s', async (_, send) => {
    const { ms } = await send();
    expect(ms).toBeLessThan(busyMs);
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
