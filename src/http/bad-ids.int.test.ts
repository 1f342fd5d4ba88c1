import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withoutLimits } from '../testing/attacks/without-limits.ts';
import { toGlobalId } from '../../schema/global-id.ts';
import {
  dataOf,
  errorsOf,
  expectRefusal,
  expectUnharmed,
  startEdge,
  type Edge,
} from './bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject, withoutLimits);
});
afterAll(() => edge.close());

const ids: readonly (readonly [what: string, id: string, code: 'BAD_USER_INPUT' | 'NOT_FOUND'])[] = [
  ['an empty text', '', 'BAD_USER_INPUT'],
  ['garbage', '!!!!', 'BAD_USER_INPUT'],
  ['base64 of garbage', Buffer.from('garbage').toString('base64'), 'BAD_USER_INPUT'],
  ['a bare number', '1', 'BAD_USER_INPUT'],
  ['the id of nothing', toGlobalId('Product', '999999999999'), 'NOT_FOUND'],
  ['the largest id', toGlobalId('Product', '9'.repeat(18)), 'NOT_FOUND'],
  ['19 digits', toGlobalId('Product', '9223372036854775807'), 'BAD_USER_INPUT'],
  ['30 digits', toGlobalId('Product', '1'.repeat(30)), 'BAD_USER_INPUT'],
  ['a negative id', toGlobalId('Product', '-1'), 'BAD_USER_INPUT'],
  ['zero', toGlobalId('Product', '0'), 'BAD_USER_INPUT'],
  ['leading zeros', toGlobalId('Product', '01'), 'BAD_USER_INPUT'],
  ['a fraction', toGlobalId('Product', '1.5'), 'BAD_USER_INPUT'],
  ['an exponent', toGlobalId('Product', '1e3'), 'BAD_USER_INPUT'],
  ['digits of another script', toGlobalId('Product', '１'), 'BAD_USER_INPUT'],
  ['SQL', toGlobalId('Product', '1; DROP TABLE products'), 'BAD_USER_INPUT'],
  ['a NUL inside', toGlobalId('Product', '1\0'), 'BAD_USER_INPUT'],
  ['a line break after', toGlobalId('Product', '1\n'), 'BAD_USER_INPUT'],
  ['another version', Buffer.from('2:Product:1').toString('base64url'), 'BAD_USER_INPUT'],
  ['no type', Buffer.from('1::1').toString('base64url'), 'BAD_USER_INPUT'],
  ['a type of a prototype', toGlobalId('constructor', '1'), 'BAD_USER_INPUT'],
  ['padding', `${toGlobalId('Product', '1')}==`, 'BAD_USER_INPUT'],
  ['a blank after', `${toGlobalId('Product', '1')} `, 'BAD_USER_INPUT'],
  ['Unicode', 'ﬁnd-me-💥', 'BAD_USER_INPUT'],
  ['10 kB', 'A'.repeat(10_000), 'BAD_USER_INPUT'],
  ['500 kB', 'A'.repeat(500_000), 'BAD_USER_INPUT'],
];

const restock = (id: string) =>
  edge.graphql(
    'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { product { id } } }',
    { input: { id, quantity: 1 } },
    edge.adminToken,
  );

describe('an id is refused:', () => {
  it.each(ids)('%s', async (_, id, code) => {
    const document = `query ($id: ID!) { product(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }`;
    const reply = await edge.graphql(document, { id });
    expect(dataOf(reply)).toEqual({ product: null, node: null, nodes: [null] });
    expect(errorsOf(reply.text)).toHaveLength(3);
    expectRefusal(reply, 200, code);
    expectRefusal(await restock(id), 200, code);
  });

  it.each([
    [
      'a user’s where a product’s belongs',
      () => edge.graphql('query ($id: ID!) { product(id: $id) { id } }', { id: edge.userId }),
      'BAD_USER_INPUT',
    ],
    [
      'a product’s where a user’s belongs',
      () => edge.graphql('query ($id: ID!) { user(id: $id) { id } }', { id: edge.productId }),
      'BAD_USER_INPUT',
    ],
    [
      'of a type that is no node',
      () => edge.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: toGlobalId('Money', '1') }),
      'NOT_FOUND',
    ],
    [
      'another’s session',
      () => edge.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: toGlobalId('Session', '1') }),
      'NOT_FOUND',
    ],
  ] as const)('%s', async (_, send, code) => {
    expectRefusal(await send(), 200, code);
  });

  it.each([
    [
      '101 at once',
      () =>
        edge.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
          ids: Array(101).fill(edge.productId),
        }),
    ],
    [
      '20,000 at once',
      () =>
        edge.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
          ids: Array(20_000).fill(edge.productId),
        }),
    ],
  ] as const)('%s, which nobody could price', async (_, send) => {
    expectRefusal(await send(), 400, 'BAD_USER_INPUT');
  });

  it('without blanking its neighbours', async () => {
    const reply = await edge.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: ['x', edge.productId, ''],
    });
    expect(dataOf(reply)).toEqual({ nodes: [null, { id: edge.productId }, null] });
  });
});

describe('a page is refused:', () => {
  const list =
    'query ($first: Int, $after: Cursor) { products(first: $first, after: $after) { nodes { id } } }';
  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    ['first -1', { first: -1 }, 400],
    ['first 0', { first: 0 }, 400],
    ['first -0', { first: -0 }, 400],
    ['first 101', { first: 101 }, 400],
    ['first 1e9', { first: 1e9 }, 400],
    ['first -2147483648', { first: -2_147_483_648 }, 400],
    ['first 2147483648', { first: 2_147_483_648 }, 400],
    ['first 1.5', { first: 1.5 }, 400],
    ['first "1"', { first: '1' }, 400],
    ['an empty cursor', { after: '' }, 400],
    ['a cursor with blanks', { after: 'a b' }, 400],
    ['a number for a cursor', { after: 1 }, 400],
    ['a cursor of 10 kB', { after: 'a'.repeat(10_000) }, 400],
    ['garbage for a cursor', { after: 'garbage' }, 200],
    ['a cursor of another list', { after: cursor('sessions:1') }, 200],
    ['a cursor of no list', { after: cursor(':1') }, 200],
    ['a cursor with a prefix more', { after: cursor('products:products:1') }, 200],
    ['a cursor of zero', { after: cursor('products:0') }, 200],
    ['a cursor of a negative place', { after: cursor('products:-1') }, 200],
    ['a cursor beyond bigint', { after: cursor(`products:${'9'.repeat(19)}`) }, 200],
    ['a cursor with a NUL', { after: cursor('products:1\0') }, 200],
    ['a cursor of SQL', { after: cursor('products:1 OR true') }, 200],
    ['a global id', { after: toGlobalId('Product', '1') }, 200],
  ] as const)('%s', async (_, page, status) => {
    expectRefusal(await edge.graphql(list, page), status, 'BAD_USER_INPUT');
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
