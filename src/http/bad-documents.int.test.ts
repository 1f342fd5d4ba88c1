import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  expectRefusal,
  expectUnharmed,
  startEdge,
  type Edge,
  type Refusal,
} from './bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject);
});
afterAll(() => edge.close());

const ask = (query: string, variables?: unknown) => edge.graphql(query, variables);
const named = (query: string, operationName: string) => edge.post({ query, operationName });
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels);

const parse = 'GRAPHQL_PARSE_FAILED';
const validate = 'GRAPHQL_VALIDATION_FAILED';
const resolve = 'OPERATION_RESOLUTION_FAILURE';

const documents: readonly Refusal[] = [
  ['only blanks', () => ask(' \n\t'), 400, parse],
  ['only comments', () => ask('# nothing\n#'), 400, parse],
  ['only commas', () => ask(',,,'), 400, parse],
  ['an empty selection', () => ask('{}'), 400, parse],
  ['an open selection', () => ask('{ viewer { id '), 400, parse],
  ['an open string', () => ask('{ user(id: "'), 400, parse],
  ['an open block string', () => ask('{ user(id: """'), 400, parse],
  ['a bad escape', () => ask(String.raw`{ user(id: "\q") { id } }`), 400, parse],
  ['a bad Unicode escape', () => ask(String.raw`{ user(id: "\u{110000}") { id } }`), 400, parse],
  ['half a surrogate pair escaped', () => ask(String.raw`{ user(id: "\ud800") { id } }`), 400, parse],
  ['a NUL between tokens', () => ask('{ \0 }'), 400, parse],
  ['half a surrogate pair between tokens', () => ask('{ \ud800 }'), 400, parse],
  ['another language', () => ask('DROP TABLE users; --'), 400, parse],
  ['JSON', () => ask('{"query":"{ __typename }"}'), 400, parse],
  ['10,000 tokens', () => ask(`{ ${times(10_000, () => 'a')} }`), 400, parse],
  ['2,000 aliases', () => ask(`{ ${times(2_000, (n) => `a${n}: __typename`)} }`), 400, parse],
  ['selections 30,000 deep', () => ask(nested('{a', '', '}', 30_000)), 400, parse],
  ['lists 40,000 deep', () => ask(`{ nodes(ids: ${nested('[', '"a"', ']', 40_000)}) { id } }`), 400, parse],
  ['a type definition', () => ask('type Query { a: Int }'), 400, validate],
  [
    'a schema extension beside a query',
    () => ask('{ __typename } extend type Query { a: Int }'),
    400,
    validate,
  ],
  ['only a fragment', () => ask('fragment A on User { id }'), 400, validate],
  ['an unused fragment', () => ask('{ __typename } fragment A on User { id }'), 400, validate],
  ['an unknown fragment', () => ask('{ viewer { ...A } }'), 400, validate],
  ['a fragment on an unknown type', () => ask('{ viewer { ... on Nobody { id } } }'), 400, validate],
  ['an unknown field', () => ask('{ nothing }'), 400, validate],
  ['a field called constructor', () => ask('{ constructor }'), 400, validate],
  ['a field called __proto__', () => ask('{ __proto__ { a } }'), 400, validate],
  ['a field of 10 kB', () => ask(`{ ${'a'.repeat(10_000)} }`), 400, validate],
  ['an unknown argument', () => ask('{ viewer(a: 1) { id } }'), 400, validate],
  ['an argument called __proto__', () => ask('{ user(id: "a", __proto__: 1) { id } }'), 400, validate],
  ['an argument twice', () => ask('{ user(id: "a", id: "b") { id } }'), 400, validate],
  ['a missing argument', () => ask('{ user { id } }'), 400, validate],
  ['null for a non-null argument', () => ask('{ user(id: null) { id } }'), 400, validate],
  ['a Float for an Int', () => ask('{ products(first: 1.5) { pageInfo { endCursor } } }'), 400, validate],
  ['a String for an Int', () => ask('{ products(first: "1") { pageInfo { endCursor } } }'), 400, validate],
  ['a list for an Int', () => ask('{ products(first: [1]) { pageInfo { endCursor } } }'), 400, validate],
  [
    'an Int of 33 bits',
    () => ask('{ products(first: 2147483648) { pageInfo { endCursor } } }'),
    400,
    validate,
  ],
  [
    'an Int of 1,000 digits',
    () => ask(`{ products(first: ${'9'.repeat(1_000)}) { pageInfo { endCursor } } }`),
    400,
    validate,
  ],
  ['a Float for an ID', () => ask('{ user(id: 1.5) { id } }'), 400, validate],
  ['an object for an ID', () => ask('{ user(id: {a: 1}) { id } }'), 400, validate],
  ['an enum value for a String', () => ask('{ userByUsername(username: alice) { id } }'), 400, validate],
  [
    'an unknown enum value',
    () => ask('mutation { changeUserRole(input: {userId: "a", role: KING}) { user { id } } }'),
    400,
    validate,
  ],
  [
    'a String for an enum',
    () => ask('mutation { changeUserRole(input: {userId: "a", role: "USER"}) { user { id } } }'),
    400,
    validate,
  ],
  [
    'an unknown input field',
    () => ask('mutation { stepUp(input: {password: "a", sudo: true}) { session { id } } }'),
    400,
    validate,
  ],
  [
    'an input field called __proto__',
    () => ask('mutation { stepUp(input: {password: "a", __proto__: {a: 1}}) { session { id } } }'),
    400,
    validate,
  ],
  ['no selection', () => ask('{ viewer }'), 400, validate],
  ['a selection on a scalar', () => ask('{ viewer { id { a } } }'), 400, validate],
  ['a conflict', () => ask('{ a: viewer { id } a: user(id: "b") { id } }'), 400, validate],
  ['an unknown directive', () => ask('{ viewer @constructor { id } }'), 400, validate],
  ['a directive 600 times', () => ask(`{ __typename ${times(600, () => '@a')} }`), 400, validate],
  ['an undeclared variable', () => ask('{ user(id: $id) { id } }'), 400, validate],
  ['an unused variable', () => ask('query ($a: Int) { __typename }'), 400, validate],
  ['a variable twice', () => ask('query ($a: ID!, $a: ID!) { user(id: $a) { id } }'), 400, validate],
  ['a variable of an unknown type', () => ask('query ($a: Nobody) { user(id: $a) { id } }'), 400, validate],
  ['a variable of an output type', () => ask('query ($a: User) { user(id: $a) { id } }'), 400, validate],
  [
    'a variable of another type',
    () => ask('query ($a: Int) { user(id: $a) { id } }', { a: 1 }),
    400,
    validate,
  ],
  ['a subscription', () => ask('subscription { notificationReceived { id } }'), 400, 'BAD_REQUEST'],
  ['deferring', () => ask('{ ... @defer { __typename } }'), 400, validate],
  ['16 levels', () => ask(nested('{ node(id: "a") ', '{ id }', '}', 15)), 400, validate],
  ['selections 300 deep', () => ask(nested('{ node(id: "a") ', '{ id }', '}', 249)), 400, validate],
  ['a fragment in itself', () => ask('{ ...A } fragment A on Query { ...A }'), 400, validate],
  [
    'a circle of fragments',
    () => ask('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
    400,
    validate,
  ],
  [
    'a circle of fragments below fields',
    () => ask('{ ...A } fragment A on Query { node(id: "a") { ...B } } fragment B on Node { id ...B }'),
    400,
    validate,
  ],
  [
    'a fragment called __proto__ in itself',
    () => ask('{ ...__proto__ } fragment __proto__ on Query { ...__proto__ }'),
    400,
    validate,
  ],
  [
    'a chain of 1,000 fragments',
    () => ask(`{ ...F0 } ${times(1_000, (n) => `fragment F${n} on Query { ...F${n + 1} }`)}`),
    400,
    parse,
  ],
  ['two operations of one name', () => ask('query A { __typename } query A { __typename }'), 400, validate],
  ['two operations, one without a name', () => ask('query A { __typename } { __typename }'), 400, validate],
  ['two operations and no name', () => ask('query A { __typename } query B { __typename }'), 400, resolve],
  ['a name that is not there', () => named('query A { __typename }', 'B'), 400, resolve],
  ['a name where there is none', () => named('{ __typename }', 'A'), 400, resolve],
  ['an empty name', () => named('query A { __typename }', ''), 400, resolve],
  ['a name of a prototype', () => named('query A { __typename }', 'constructor'), 400, resolve],
  ['a name of 100 kB', () => named('query A { __typename }', 'B'.repeat(100_000)), 400, resolve],
  ['a name with half a surrogate pair', () => named('query A { __typename }', '\ud800\0'), 400, resolve],
];

/** Nobody else is kept waiting by a refusal. */
const busyMs = 1_500;

describe('a document is refused:', () => {
  it.each(documents)('%s', async (_, send, status, code) => {
    const reply = await send();
    expectRefusal(reply, status, code);
    expect(reply.ms).toBeLessThan(busyMs);
  });
});

describe('names of prototypes are names like others:', () => {
  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])('%s', async (word) => {
    const document = `query ${word} ($${word}: Int) { ${word}: __typename products(first: $${word}) { nodes { ...${word} } } } fragment ${word} on Product { name }`;
    const reply = await edge.post(
      `{"query":${JSON.stringify(document)},"operationName":"${word}","variables":{}}`,
    );
    expect(reply).toMatchObject({
      status: 200,
      text: expect.stringContaining('{"nodes":[{"name":"Bait"}]}') as string,
    });
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
