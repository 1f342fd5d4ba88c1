import {
  badInput,
  badRequest,
  bare,
  fragment,
  guesses,
  invalid,
  nested,
  times,
  unparsed,
  type Attack,
} from './attack.ts';

/** A link leads to its owner, and the owner to links. */
const owners = 'shortLinks { nodes { owner { ';
const deeper = (n: number) => `fragment F${n} on User { ${owners} ...F${n + 1} } } } }`;

/** Too much of something, each a little or far beyond its limit. */
export const oversized: readonly Attack[] = [
  unparsed('10,000 tokens', `{ ${times(10_000, () => 'a')} }`),
  unparsed('20,000 aliases without a blank', `{${'a:a '.repeat(20_000)}}`),
  unparsed('lists 40,000 deep', `{ nodes(ids: ${nested('[', '"a"', ']', 40_000)}) { id } }`),
  unparsed('selections that nobody closes', '{a'.repeat(30_000)),
  unparsed('a text that nobody closes', `{ node(id: "${'a'.repeat(90_000)}) { id } }`),
  invalid('17 levels', `{ viewer { ${nested(owners, 'id', ' } } }', 5)} } }`),
  invalid('250 levels', `{ viewer { ${nested(owners, 'id', ' } } }', 83)} } }`),
  invalid(
    '17 levels, three in each fragment',
    `{ viewer { ...F0 } } ${times(5, deeper)} fragment F5 on User { id }`,
  ),
  invalid('31 aliases', `{ viewer { ${times(31, (n) => `a${n}: id`)} } }`),
  invalid('600 aliases', `{ viewer { ${times(600, (n) => `a${n}: id`)} } }`),
  invalid('21 passwords in one request', guesses(21)),
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
    'a circle of fragments that nobody spreads',
    `${bare} ${fragment(0, '...F1')} ${fragment(1, '...F0')}`,
  ),
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
  badRequest('a body 400,000 deep', nested('[', '', ']', 400_000)),
  badRequest('a body that is opened and never closed', '['.repeat(900_000)),
  {
    what: 'an operation of a name that is not there, of 90 kB',
    body: { query: 'query A { __typename }', operationName: 'b'.repeat(90_000) },
    ...{ status: 400, code: 'OPERATION_RESOLUTION_FAILURE' },
  },
];

function doubling(levels: number): string {
  const body = times(levels, (n) => fragment(n, `...F${n + 1} ...F${n + 1}`));
  return `{ ...F0 } ${body} ${fragment(levels, '__typename')}`;
}

/** Each of eight fragments spreads the next one three times. */
function tripling(n: number): string {
  const [name = '', next = ''] = 'ABCDEFGHI'.slice(n, n + 2);
  return `fragment ${name} on User { ${times(3, () => `...${next}`)} }`;
}
