import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../errors/codes.ts';

/** A request that is posted as JSON, and how it is refused. */
export interface Attack {
  readonly what: string;
  readonly body: object | string;
  readonly status: number;
  readonly code: ErrorCode;
}

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const nested = (open: string, inner: string, close: string, levels: number) =>
  open.repeat(levels) + inner + close.repeat(levels);
const bare = '{ __typename }';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

const invalid = (what: string, query: string): Attack => ({
  ...{ what, body: { query } },
  ...{ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
});
const unparsed = (what: string, query: string): Attack => ({
  ...{ what, body: { query } },
  ...{ status: 400, code: 'GRAPHQL_PARSE_FAILED' },
});
const badRequest = (what: string, body: object | string, status = 400): Attack => ({
  ...{ what, body, status },
  code: 'BAD_REQUEST',
});
const badInput = (what: string, query: string, variables: object, status: 200 | 400 = 400): Attack => ({
  ...{ what, body: { query, variables } },
  ...{ status, code: 'BAD_USER_INPUT' },
});

/** Too much of something, each a little or far beyond its limit. */
const oversized: readonly Attack[] = [
  unparsed('10,000 tokens', `{ ${times(10_000, () => 'a')} }`),
  unparsed('lists 40,000 deep', `{ nodes(ids: ${nested('[', '"a"', ']', 40_000)}) { id } }`),
  invalid('16 levels', nested('{ node(id: "a") ', '{ id }', '}', 15)),
  invalid('selections 250 deep', nested('{ node(id: "a") ', '{ id }', '}', 249)),
  invalid('31 aliases', `{ viewer { ${times(31, (n) => `a${n}: id`)} } }`),
  invalid('600 aliases', `{ viewer { ${times(600, (n) => `a${n}: id`)} } }`),
  invalid('31 passwords in one request', guesses(31)),
  invalid('one field 490 times, to be compared pair by pair', `{ ${times(490, () => 'viewer { id }')} }`),
  invalid('conflicts among 600', `{ ${times(600, (n) => `a: ${n % 2 === 0 ? 'viewer' : 'node'}`)} }`),
  invalid('51 directives', `{ viewer { ${times(51, () => '... @include(if: true) { id }')} } }`),
  invalid('600 unknown directives', `{ __typename ${times(600, () => '@a')} }`),
  invalid('21 root fields', `{ ${times(21, (n) => `a${n}: __typename`)} }`),
  invalid('900 root fields', `{ ${times(900, (n) => `zz${n}`)} }`),
  invalid(
    '51 fragments',
    `{ ${times(51, (n) => `...F${n}`)} } ${times(51, (n) => fragment(n, '__typename'))}`,
  ),
  invalid(
    '150 fragments that overlap',
    `{ ${times(150, (n) => `...F${n}`)} } ${times(150, (n) => fragment(n, 'viewer { id }'))}`,
  ),
  invalid('fragments that double 40 times', doubling(40)),
  invalid('fragments that double 180 times', doubling(180)),
  invalid('a fragment in itself', `{ ...F0 } ${fragment(0, '...F0')}`),
  invalid('a circle of fragments', `{ ...F0 } ${fragment(0, 'viewer { id } ...F1')} ${fragment(1, '...F0')}`),
  invalid(
    'fragments that triple below a field',
    `{ viewer { ...A } } ${times(8, tripling)} fragment I on User { id }`,
  ),
  badRequest('a document of 900 kB', { query: `${bare} ${'#\n'.repeat(450_000)}` }, 413),
  badRequest('a body of 2 MB', { query: bare, variables: { a: 'a'.repeat(2_000_000) } }, 413),
  badInput('variables of 600 kB', bare, { a: Array(120_000).fill(null) }),
  badInput('a variable of 900 kB', bare, { a: 'a'.repeat(900_000) }),
  {
    what: 'variables 100,000 deep',
    // As text: JSON.stringify would not get to the end of it.
    body: `{"query":"${bare}","variables":{"a":${nested('[', '', ']', 100_000)}}}`,
    ...{ status: 400, code: 'BAD_USER_INPUT' },
  },
];

const page = 'query ($first: Int) { products(first: $first) { pageInfo { endCursor } } }';

/** What is written small and means much. */
const amplified: readonly Attack[] = [
  badInput('first of -1', page, { first: -1 }, 200),
  badInput('first of -2147483648', page, { first: -2_147_483_648 }, 200),
  badInput('first of a million', page, { first: 1_000_000 }, 200),
  badInput('first of 33 bits', page, { first: 2 ** 32 }),
  badInput('20,000 ids', 'query ($a: [ID!]!) { nodes(ids: $a) { id } }', { a: Array(20_000).fill('x') }, 200),
  badRequest('an array of 11 operations', Array(11).fill({ query: bare })),
  badRequest('an array of 10,000 operations', Array(10_000).fill({ query: bare })),
  badRequest('an empty array', []),
  badRequest('an array of arrays', [[{ query: bare }]]),
  // Cost that depends on a variable, and many cheap requests, are for the budget: tested beside it.
];

/** What is asked about the gateway itself. */
const curious: readonly Attack[] = [
  invalid('introspection', '{ __schema { types { name fields { name } } } }'),
  invalid('introspection of a type', '{ __type(name: "User") { fields { name } } }'),
  invalid('introspection under another name', '{ a: __schema { b: queryType { name } } }'),
  invalid('introspection in a fragment', `{ ...F0 } ${fragment(0, '__schema { queryType { name } }')}`),
  invalid(
    'introspection beside something else',
    '{ __typename products { nodes { id } } __schema { __typename } }',
  ),
  {
    what: 'introspection in the operation that is not asked for',
    body: { query: 'query A { __typename } query B { __schema { __typename } }', operationName: 'A' },
    ...{ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
  },
  invalid('a field nearly right', '{ produts { nodes { id } } }'),
  invalid('an argument nearly right', '{ products(frist: 1) { nodes { id } } }'),
  invalid('a type nearly right', '{ viewer { ... on Usr { id } } }'),
  badInput(
    'an enum value nearly right',
    'mutation ($i: ChangeUserRoleInput!) { changeUserRole(input: $i) { user { id } } }',
    { i: { userId: 'a', role: 'ADMINN' } },
  ),
  badInput(
    'an input field nearly right',
    'mutation ($i: StepUpInput!) { stepUp(input: $i) { session { id } } }',
    { i: { password: 'a', pasword: 'a' } },
  ),
];

/** What reaches into prototypes, or into the cache of documents. */
const poisoned: readonly Attack[] = [
  badRequest('__proto__ in the body', `{"query":"${bare}","__proto__":{"isAdmin":true}}`),
  badRequest('__proto__ in variables', `{"query":"${bare}","variables":{"__proto__":{"isAdmin":true}}}`),
  badRequest('__proto__ in extensions', `{"query":"${bare}","extensions":{"a":{"__proto__":{"a":1}}}}`),
  badRequest('constructor.prototype', `{"query":"${bare}","constructor":{"prototype":{"a":1}}}`),
  badRequest('__proto__ in escapes', `{"query":"${bare}","\\u005f_proto__":{"a":1}}`),
  badRequest('a document under the hash of another', {
    query: bare,
    extensions: persisted(hash('{ viewer }')),
  }),
  {
    what: 'a hash that nobody has sent',
    body: { extensions: persisted(hash('nobody')) },
    ...{ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' },
  },
];

export const attacks: readonly Attack[] = [...oversized, ...amplified, ...curious, ...poisoned];

function fragment(number: number, inner: string): string {
  return `fragment F${number} on Query { ${inner} }`;
}

function doubling(levels: number): string {
  const body = times(levels, (n) => fragment(n, `...F${n + 1} ...F${n + 1}`));
  return `{ ...F0 } ${body} ${fragment(levels, '__typename')}`;
}

/** Each of eight fragments spreads the next one three times. */
function tripling(n: number): string {
  const [name = '', next = ''] = 'ABCDEFGHI'.slice(n, n + 2);
  return `fragment ${name} on User { ${times(3, () => `...${next}`)} }`;
}

function guesses(count: number): string {
  const one = (n: number) => `a${n}: signIn(input: {username: "a", password: "${n}"}) { token }`;
  return `mutation { ${times(count, one)} }`;
}
