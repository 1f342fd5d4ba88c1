import { afterAll, beforeAll, describe, inject, it } from 'vitest';
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
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels);

const parse = 'GRAPHQL_PARSE_FAILED';
const validate = 'GRAPHQL_VALIDATION_FAILED';
const input = 'BAD_USER_INPUT';

const page = 'query ($v: Int) { products(first: $v) { pageInfo { endCursor } } }';
const user = 'query ($v: ID!) { user(id: $v) { id } }';
const name = 'query ($v: String!) { userByUsername(username: $v) { id } }';
const nodes = 'query ($v: [ID!]!) { nodes(ids: $v) { id } }';
const role = 'mutation ($v: ChangeUserRoleInput!) { changeUserRole(input: $v) { user { id } } }';
const deep = (levels: number) =>
  `{"query":"{ __typename }","variables":{"v":${nested('[', '', ']', levels)}}}`;
const deepObjects = (levels: number) =>
  `{"query":"{ __typename }","variables":${nested('{"v":', '1', '}', levels)}}`;

const variables: readonly Refusal[] = [
  ['a missing variable', () => ask(user), 400, input],
  ['null for a non-null one', () => ask(user, { v: null }), 400, input],
  ['an object for an ID', () => ask(user, { v: { toString: 1 } }), 400, input],
  ['a Boolean for an ID', () => ask(user, { v: true }), 400, input],
  ['a Float for an ID', () => ask(user, { v: 1.5 }), 400, input],
  ['a list for an ID', () => ask(user, { v: ['a'] }), 400, input],
  ['a number for a String', () => ask(name, { v: 1 }), 400, input],
  ['a list for a String', () => ask(name, { v: ['alice'] }), 400, input],
  ['an object for a String', () => ask(name, { v: { length: 1 } }), 400, input],
  ['a String for an Int', () => ask(page, { v: '1' }), 400, input],
  ['a Float for an Int', () => ask(page, { v: 1.5 }), 400, input],
  ['an Int of 33 bits', () => ask(page, { v: 2_147_483_648 }), 400, input],
  ['an Int of -33 bits', () => ask(page, { v: -2_147_483_649 }), 400, input],
  ['1e308 for an Int', () => ask(page, { v: 1e308 }), 400, input],
  [
    'infinity for an Int',
    () => edge.post(`{"query":${JSON.stringify(page)},"variables":{"v":1e999}}`),
    400,
    input,
  ],
  ['a Boolean for an Int', () => ask(page, { v: true }), 400, input],
  ['a list for an Int', () => ask(page, { v: [1] }), 400, input],
  ['null in a list of non-null', () => ask(nodes, { v: ['a', null] }), 400, input],
  ['a list in a list', () => ask(nodes, { v: [['a']] }), 400, input],
  ['60 faults at once', () => ask(nodes, { v: Array(60).fill({}) }), 400, input],
  ['100,000 faults at once', () => ask(nodes, { v: Array(100_000).fill(null) }), 400, input],
  ['an unknown enum value', () => ask(role, { v: { userId: 'a', role: 'KING' } }), 400, input],
  [
    'a name of a prototype for an enum',
    () => ask(role, { v: { userId: 'a', role: 'constructor' } }),
    400,
    input,
  ],
  ['a number for an enum', () => ask(role, { v: { userId: 'a', role: 0 } }), 400, input],
  ['a missing input field', () => ask(role, { v: { userId: 'a' } }), 400, input],
  [
    'an unknown input field',
    () => ask(role, { v: { userId: 'a', role: 'USER', constructor: 1 } }),
    400,
    input,
  ],
  ['a list for an input object', () => ask(role, { v: [] }), 400, input],
  ['a String for an input object', () => ask(role, { v: '{}' }), 400, input],
  ['a quote of 1 MB', () => ask(page, { v: 'a'.repeat(1_000_000) }), 400, input],
  ['lists 33 deep', () => edge.post(deep(33)), 400, input],
  ['lists 100,000 deep', () => edge.post(deep(100_000)), 400, input],
  ['lists 400,000 deep', () => edge.post(deep(400_000)), 400, input],
  ['objects 100,000 deep', () => edge.post(deepObjects(100_000)), 400, input],
  ['a NUL', () => ask(name, { v: 'a\0' }), 400, input],
  ['half a surrogate pair', () => ask(name, { v: '\ud83d' }), 400, input],
  ['a pair the wrong way round', () => ask(name, { v: '\ude00\ud83d' }), 400, input],
  ['a NUL in a key', () => ask('{ __typename }', { 'a\0': 1 }), 400, input],
  ['a NUL in a literal', () => ask(String.raw`{ userByUsername(username: "\u0000") { id } }`), 400, validate],
  [
    'a NUL in a default',
    () => ask(String.raw`query ($v: String = "\u0000") { products(category: $v) { nodes { id } } }`),
    400,
    validate,
  ],
  ['half a pair in a literal', () => ask('{ userByUsername(username: "\ud800") { id } }'), 400, parse],
  [
    'half a pair in a block string',
    () => ask('{ userByUsername(username: """\ud800""") { id } }'),
    400,
    parse,
  ],
  [
    'null where a default was',
    () => ask('query ($v: ID = "a") { user(id: $v) { id } }', { v: null }),
    200,
    input,
  ],
  [
    'null in a list where a default was',
    () => ask('query ($v: ID = "a") { nodes(ids: [$v]) { id } }', { v: null }),
    400,
    input,
  ],
  [
    'null for a directive',
    () => ask('query ($v: Boolean = true) { __typename @skip(if: $v) }', { v: null }),
    200,
    input,
  ],
];

describe('variables are refused:', () => {
  it.each(variables)('%s', async (_, send, status, code) => {
    expectRefusal(await send(), status, code);
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
