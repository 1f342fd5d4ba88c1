import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { testTokenSecret } from '../testing/gateway.ts';
import {
  dataOf,
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

const json = { 'content-type': 'application/json' };
const preflight = { 'apollo-require-preflight': '1' };
const get = (search: string, headers: Readonly<Record<string, string>> = preflight) =>
  edge.send(`/graphql?${search}`, { headers });
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) => edge.post(body, headers);
const posted = (type: string | undefined, body = '{"query":"{ __typename }"}') =>
  edge.send('/graphql', {
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    body: Buffer.from(body),
  });
const withMethod = (method: string, init: RequestInit = {}) => edge.send('/graphql', { method, ...init });

const bodies: readonly Refusal[] = [
  ['an empty body', () => post(''), 400, 'BAD_REQUEST'],
  ['blanks', () => post('  \n '), 400, 'BAD_REQUEST'],
  ['a truncated body', () => post('{"query": "{ __type'), 400, 'BAD_REQUEST'],
  ['two bodies', () => post('{"query":"{ __typename }"}{}'), 400, 'BAD_REQUEST'],
  ['single quotes', () => post("{'query':'{ __typename }'}"), 400, 'BAD_REQUEST'],
  ['a trailing comma', () => post('{"query":"{ __typename }",}'), 400, 'BAD_REQUEST'],
  ['NaN', () => post('{"query":NaN}'), 400, 'BAD_REQUEST'],
  ['a bare NUL', () => post('{"query":"\0"}'), 400, 'BAD_REQUEST'],
  ['an empty array', () => post('[]'), 400, 'BAD_REQUEST'],
  ['an array in an array', () => post('[[{"query":"{ __typename }"}]]'), 400, 'BAD_REQUEST'],
  ['a number', () => post('1'), 400, 'BAD_REQUEST'],
  ['a text', () => post('"{ __typename }"'), 400, 'BAD_REQUEST'],
  ['null', () => post('null'), 400, 'BAD_REQUEST'],
  ['true', () => post('true'), 400, 'BAD_REQUEST'],
  ['an empty object', () => post('{}'), 400, 'BAD_REQUEST'],
  ['a key __proto__', () => post('{"query":"{ __typename }","__proto__":{"a":1}}'), 400, 'BAD_REQUEST'],
  ['__proto__ in escapes', () => post('{"query":"{a}","\\u005f_proto__":{"a":1}}'), 400, 'BAD_REQUEST'],
  ['__proto__ deep inside', () => post('{"variables":{"a":[{"__proto__":null}]}}'), 400, 'BAD_REQUEST'],
  ['constructor.prototype', () => post('{"constructor":{"prototype":{"a":1}}}'), 400, 'BAD_REQUEST'],
  [
    'invalid UTF-8',
    () => post(Buffer.from('{"query":"{ a(b: \\"\xff\xfe\\") }"}', 'latin1')),
    400,
    'BAD_REQUEST',
  ],
  ['an overlong UTF-8 form', () => post(Buffer.from('{"query":"\xc0\x80"}', 'latin1')), 400, 'BAD_REQUEST'],
  ['UTF-16', () => post(Buffer.from('{"query":"{ __typename }"}', 'utf16le')), 400, 'BAD_REQUEST'],
  ['arrays 100,000 deep', () => post('['.repeat(1e5) + ']'.repeat(1e5)), 400, 'BAD_REQUEST'],
  ['arrays left open', () => post('['.repeat(1e5)), 400, 'BAD_REQUEST'],
  ['2 MB', () => post(`{"query":"${'a'.repeat(2e6)}"}`), 413, 'BAD_REQUEST'],
  ['no query', () => post({ variables: {} }), 400, 'BAD_REQUEST'],
  ['an empty query', () => post({ query: '' }), 400, 'BAD_REQUEST'],
  ['a query of null', () => post({ query: null }), 400, 'BAD_REQUEST'],
  ['a query of zero', () => post({ query: 0 }), 400, 'BAD_REQUEST'],
  ['a query in an array', () => post({ query: ['{ __typename }'] }), 400, 'BAD_REQUEST'],
  ['a parsed document', () => post({ query: { kind: 'Document' } }), 400, 'BAD_REQUEST'],
  [
    'a million comments',
    () => post({ query: `{ __typename }${'#\n'.repeat(5e5 - 99)}` }),
    413,
    'BAD_REQUEST',
  ],
  ['variables in an array', () => post({ query: '{ __typename }', variables: [] }), 400, 'BAD_REQUEST'],
  ['variables in a text', () => post({ query: '{ __typename }', variables: '{}' }), 400, 'BAD_REQUEST'],
  ['a number for variables', () => post({ query: '{ __typename }', variables: 1 }), 400, 'BAD_REQUEST'],
  ['extensions in a text', () => post({ query: '{ __typename }', extensions: '{}' }), 400, 'BAD_REQUEST'],
  ['a number for a name', () => post({ query: '{ __typename }', operationName: 1 }), 400, 'BAD_REQUEST'],
];

const types: readonly Refusal[] = [
  ['no content type', () => posted(undefined), 415, 'BAD_REQUEST'],
  ['an empty content type', () => posted(''), 415, 'BAD_REQUEST'],
  ['text/plain', () => posted('text/plain'), 415, 'BAD_REQUEST'],
  ['a form', () => posted('application/x-www-form-urlencoded', 'query={__typename}'), 415, 'BAD_REQUEST'],
  ['a form with files', () => posted('multipart/form-data; boundary=x', '--x--'), 415, 'BAD_REQUEST'],
  ['application/graphql', () => posted('application/graphql', '{ __typename }'), 415, 'BAD_REQUEST'],
  ['XML', () => posted('application/xml', '<query/>'), 415, 'BAD_REQUEST'],
  ['garbage for a type', () => posted('json'), 415, 'BAD_REQUEST'],
  ['a very long type', () => posted('a'.repeat(8_000)), 415, 'BAD_REQUEST'],
  [
    'no type that we have',
    () => post({ query: '{ __typename }' }, { accept: 'image/png' }),
    406,
    'BAD_REQUEST',
  ],
  ['an empty body without type', () => withMethod('POST'), 400, 'BAD_REQUEST'],
];

const apq = (hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash: hash } });
const zeros = '0'.repeat(64);
const typename = createHash('sha256').update('{ __typename }').digest('hex');

const methods: readonly Refusal[] = [
  ['GET without preflight', () => get('query={__typename}', {}), 400, 'BAD_REQUEST'],
  ['GET as a form', () => get('query={__typename}', { 'content-type': 'text/plain' }), 400, 'BAD_REQUEST'],
  ['GET of nothing', () => get(''), 400, 'BAD_REQUEST'],
  ['GET with two queries', () => get('query={a}&query={b}'), 400, 'BAD_REQUEST'],
  ['GET of a mutation', () => get('query=mutation{signOut{endedSessions}}'), 405, 'BAD_REQUEST'],
  ['GET with bad variables', () => get('query={__typename}&variables={'), 400, 'BAD_REQUEST'],
  ['GET with listed variables', () => get('query={__typename}&variables=[]'), 400, 'BAD_REQUEST'],
  ['GET with bad extensions', () => get('query={__typename}&extensions=1'), 400, 'BAD_REQUEST'],
  ['GET of bad percents', () => get('query=%zz%ff%00'), 400, 'GRAPHQL_PARSE_FAILED'],
  ['PUT', () => withMethod('PUT', { body: '{}', headers: json }), 405, 'BAD_REQUEST'],
  ['PUT of a text', () => withMethod('PUT', { body: 'x' }), 405, 'BAD_REQUEST'],
  ['PATCH', () => withMethod('PATCH', { body: '{}', headers: json }), 405, 'BAD_REQUEST'],
  ['DELETE', () => withMethod('DELETE'), 405, 'BAD_REQUEST'],
  ['OPTIONS', () => withMethod('OPTIONS'), 404, 'NOT_FOUND'],
  ['another path', () => edge.send('/graphql/more'), 404, 'NOT_FOUND'],
  ['POST elsewhere', () => edge.send('/healthz', { method: 'POST' }), 405, 'BAD_REQUEST'],
  ['POST nowhere', () => edge.send('/no/where', { method: 'POST' }), 404, 'NOT_FOUND'],
  [
    'a form elsewhere',
    () => edge.send('/no/where', { method: 'POST', body: new FormData() }),
    404,
    'NOT_FOUND',
  ],
  ['a malformed path', () => edge.send('/%zz'), 400, 'BAD_REQUEST'],
  ['a path not in UTF-8', () => edge.send('/%ff%fe'), 400, 'BAD_REQUEST'],
  ['a NUL in the path', () => edge.send('/a%00b/c'), 404, 'NOT_FOUND'],
  ['a path upwards', () => edge.send('/..%2f..%2fetc%2fpasswd'), 404, 'NOT_FOUND'],
  ['a path of 10 kB', () => edge.send(`/${'a'.repeat(10_000)}`), 414, 'BAD_REQUEST'],
  ['a long parameter', () => edge.send(`/graphiql/assets/${'a'.repeat(300)}`), 414, 'BAD_REQUEST'],
  ['an unknown hash', () => post({ extensions: apq(zeros) }), 200, 'PERSISTED_QUERY_NOT_FOUND'],
  [
    'an unknown hash by GET',
    () => get(`extensions=${JSON.stringify(apq(zeros))}`),
    200,
    'PERSISTED_QUERY_NOT_FOUND',
  ],
  ['the wrong hash', () => post({ query: '{ __typename }', extensions: apq(zeros) }), 400, 'BAD_REQUEST'],
  ['no hash', () => post({ extensions: { persistedQuery: {} } }), 400, 'BAD_REQUEST'],
  ['a hash in a text', () => post({ extensions: { persistedQuery: typename } }), 400, 'BAD_REQUEST'],
  ['a number for a hash', () => post({ extensions: apq(1) }), 400, 'BAD_REQUEST'],
  ['a hash that is no text', () => post({ extensions: apq({ toString: 1 }) }), 400, 'BAD_REQUEST'],
  ['a hash of 1 MB', () => post({ extensions: apq('0'.repeat(1e6)) }), 400, 'BAD_REQUEST'],
  ['another version', () => post({ extensions: apq(typename, 2) }), 400, 'BAD_REQUEST'],
  ['version "1"', () => post({ extensions: apq(typename, '1') }), 400, 'BAD_REQUEST'],
];

const base64 = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const later = Math.floor(Date.parse('2100-01-01') / 1000);
const claims = { iss: 'tributary', sub: '1', sid: '1', exp: later };

/** Signed with the right key, so that what is wrong is only what the case says. */
function token(payload: unknown, header: unknown = { alg: 'HS256' }, digest = 'sha256'): string {
  const signed = `${base64(header)}.${base64(payload)}`;
  return `${signed}.${createHmac(digest, testTokenSecret).update(signed).digest('base64url')}`;
}

const without = (name: keyof typeof claims) =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));

const authorizations: readonly (readonly [string, string])[] = [
  ['no scheme', token(claims)],
  ['no token', 'Bearer'],
  ['blanks for a token', 'Bearer   '],
  ['Basic', 'Basic YWxpY2U6cGFzc3dvcmQ='],
  ['two tokens', `Bearer ${token(claims)} ${token(claims)}`],
  ['two headers in one', `Bearer ${token(claims)}, Bearer ${token(claims)}`],
  ['two parts', 'Bearer a.b'],
  ['four parts', 'Bearer a.b.c.d'],
  ['garbage in three parts', 'Bearer a.b.c'],
  ['8 kB', `Bearer ${'a'.repeat(8_000)}.b.c`],
  ['Latin-1', 'Bearer \xe9\xe9.\xe9.\xe9'],
  ['alg none', `Bearer ${base64({ alg: 'none' })}.${base64(claims)}.`],
  ['alg none with a signature', `Bearer ${token(claims, { alg: 'none' })}`],
  ['alg RS256', `Bearer ${token(claims, { alg: 'RS256' })}`],
  ['alg HS512, rightly signed', `Bearer ${token(claims, { alg: 'HS512' }, 'sha512')}`],
  ['alg no text', `Bearer ${token(claims, { alg: { toString: 1 } })}`],
  ['no alg', `Bearer ${token(claims, {})}`],
  ['a header that is no object', `Bearer ${token(claims, '1')}`],
  ['a header that is no JSON', `Bearer ${token(claims, '{')}`],
  ['an unknown critical header', `Bearer ${token(claims, { alg: 'HS256', crit: ['x'], x: 1 })}`],
  ['b64 false', `Bearer ${token(claims, { alg: 'HS256', crit: ['b64'], b64: false })}`],
  ['a payload that is no object', `Bearer ${token('[]')}`],
  ['a payload that is no JSON', `Bearer ${token('{')}`],
  ['another signature', `Bearer ${token(claims).replace(/.{8}$/, 'AAAAAAAA')}`],
  ['another issuer', `Bearer ${token({ ...claims, iss: 'elsewhere' })}`],
  ['no issuer', `Bearer ${token(without('iss'))}`],
  ['no subject', `Bearer ${token(without('sub'))}`],
  ['no session', `Bearer ${token(without('sid'))}`],
  ['no end', `Bearer ${token(without('exp'))}`],
  ['an end in a text', `Bearer ${token({ ...claims, exp: 'never' })}`],
  ['an end in the past', `Bearer ${token({ ...claims, exp: 1 })}`],
  ['a start in the future', `Bearer ${token({ ...claims, nbf: later })}`],
  ['a number for a session', `Bearer ${token({ ...claims, sid: 1 })}`],
  ['a subject that is no id', `Bearer ${token({ ...claims, sub: "1' OR '1'='1" })}`],
  ['a subject of zero', `Bearer ${token({ ...claims, sub: '0' })}`],
  ['a session that is no id', `Bearer ${token({ ...claims, sid: '-1' })}`],
  ['a session beyond bigint', `Bearer ${token({ ...claims, sid: '9'.repeat(30) })}`],
  ['a session that is nobody’s', `Bearer ${token({ ...claims, sid: '999999999999' })}`],
  ['a session of another user', `Bearer ${token({ ...claims, sub: '999999999999', sid: '1' })}`],
];

describe('what is no GraphQL request is refused:', () => {
  it.each([...bodies, ...types, ...methods])('%s', async (_, send, status, code) => {
    expectRefusal(await send(), status, code);
  });

  it('another method, naming those there are', async () => {
    const { headers } = await withMethod('PUT');
    expect(headers.get('allow')).toBe('GET, POST');
  });

  it('HEAD, without a body', async () => {
    expect(await withMethod('HEAD')).toMatchObject({ status: 405, text: '' });
  });

  it('an answer of a type that we do not have, before the mutation is done', async () => {
    const username = 'never_made';
    const query = 'mutation ($i: SignUpInput!) { signUp(input: $i) { token } }';
    await post({ query, variables: { i: { username, password: 'long enough' } } }, { accept: 'text/csv' });
    const after = await edge.graphql('query ($u: String!) { userByUsername(username: $u) { id } }', {
      u: username,
    });
    expectRefusal(after, 200, 'NOT_FOUND');
  });
});

describe('a token is refused:', () => {
  it.each(authorizations)('%s', async (_, authorization) => {
    expectRefusal(await post({ query: '{ viewer { id } }' }, { authorization }), 401, 'UNAUTHENTICATED');
  });

  it('while one with the right claims is taken, so it is not for its making that the others are not', async () => {
    const reply = await post({ query: '{ viewer { id } }' }, { authorization: `Bearer ${token(claims)}` });
    expect(dataOf(reply)).toEqual({ viewer: { id: edge.userId } });
  });
});

describe('odd, but nothing to refuse:', () => {
  it.each([
    ['a byte order mark', () => post(Buffer.from('\ufeff{"query":"{ __typename }"}'))],
    ['a key twice, the last holds', () => post('{"query":"{","query":"{ __typename }"}')],
    ['unknown keys', () => post({ query: '{ __typename }', more: { constructor: 1, toString: null } })],
    ['extensions of null', () => post({ query: '{ __typename }', extensions: { persistedQuery: null } })],
    [
      'a persisted query sent with its hash',
      () => post({ query: '{ __typename }', extensions: apq(typename) }),
    ],
    ['variables nobody declared', () => post({ query: '{ __typename }', variables: { a: { b: [1] } } })],
    ['parameters of the content type', () => posted('application/json; charset=utf-8; a="b"')],
    ['an empty Authorization header', () => post({ query: '{ __typename }' }, { authorization: '' })],
    ['any Accept', () => post({ query: '{ __typename }' }, { accept: 'text/html, */*;q=0.1' })],
    [
      'an unknown expectation',
      () =>
        edge
          .raw('GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: rain\r\n\r\n', /alive/)
          .then(() => post({ query: '{ __typename }' })),
    ],
  ])('%s', async (_, send) => {
    expect(await send()).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^{"data":{"__typename":"Query"}/) as string,
    });
  });

  it.each([
    ['of 10 kB', 'a'.repeat(10_000)],
    ['with markup', '<script>alert(1)</script>'],
    ['in Latin-1', '\xe9'],
    ['that is empty', ''],
  ])('a request id %s, which is replaced', async (_, requestId) => {
    const { headers } = await edge.send('/healthz', { headers: { 'x-request-id': requestId } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
