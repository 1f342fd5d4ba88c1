import type { ErrorCode } from '../../errors/codes.ts';
import { bare, hashOf, times } from './attack.ts';

/** A request as it goes over the line, and the status and code of its answer, behind which the connection is closed. */
export interface RequestAttack {
  readonly what: string;
  readonly bytes: string;
  readonly status: number;
  readonly code: ErrorCode;
}

const badRequest = (status: number, what: string, bytes: string): RequestAttack => ({
  ...{ what, bytes, status },
  code: 'BAD_REQUEST',
});

function request(line: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`];
  const lines = [`${line} HTTP/1.1`, 'Host: a', 'Connection: close', ...headers, ...length];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const asked = JSON.stringify({ query: bare });
const post = (type: string, body = asked, headers: readonly string[] = []) =>
  request('POST /graphql', [`Content-Type: ${type}`, ...headers], body);
const get = (search: string, headers: readonly string[] = []) => request(`GET /graphql?${search}`, headers);
const typename = `query=${encodeURIComponent(bare)}`;
const preflighted = 'Apollo-Require-Preflight: 1';
const events = 'Accept: text/event-stream';
const mutation = 'mutation { signOut { endedSessions } }';
const inMany = (count: number) =>
  times(count, (n) => `X-${n}:a\r\n`)
    .replaceAll('\r\n ', '\r\n')
    .trim();

/** What a page of any other site can make a browser send without asking first. */
const crossSite: readonly RequestAttack[] = [
  badRequest(400, 'GET, as an image does', get(typename)),
  badRequest(400, 'GET with a simple type', get(typename, ['Content-Type: text/plain'])),
  badRequest(400, 'GET with an empty header of ours', get(typename, ['Apollo-Require-Preflight:'])),
  badRequest(405, 'a mutation by GET', get(`query=${encodeURIComponent(mutation)}`, [preflighted])),
  badRequest(406, 'a stream by GET, as EventSource does', get(typename, [events])),
  badRequest(415, 'POST of text/plain', post('text/plain')),
  badRequest(415, 'POST of text/plain that says JSON too', post('text/plain; application/json')),
  badRequest(415, 'POST of a form', post('application/x-www-form-urlencoded', typename)),
  badRequest(415, 'POST of a form with files', post('multipart/form-data; boundary=x', '--x--')),
  badRequest(415, 'POST of no type', request('POST /graphql', [], asked)),
  badRequest(415, 'a stream by POST of text/plain', post('text/plain', asked, [events])),
];

const flood = `X-A: ${'a'.repeat(20_000)}`;
const cookies = `Cookie: ${times(2_000, (n) => `c${n}=aaaa;`)}`;
const second = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

/** Too much around a body, or too little. */
const malformed: readonly RequestAttack[] = [
  badRequest(431, '101 headers', request('GET /graphql', [inMany(101)])),
  badRequest(431, '4,000 headers', request('GET /graphql', [inMany(4_000)])),
  badRequest(431, 'a header of 20 kB', request('GET /graphql', [flood])),
  badRequest(431, '2,000 cookies', request('GET /graphql', [cookies])),
  badRequest(431, 'a document of 20 kB by GET', get(`query=${'a'.repeat(20_000)}`, [preflighted])),
  // Node keeps some 128 of them; without the length the body would be the next request of whoever shares the connection.
  badRequest(
    431,
    'a request behind 150 headers and an upgrade',
    request('POST /graphql', ['Connection: Upgrade', 'Upgrade: h2c', inMany(150)], second).replace(
      'Connection: close\r\n',
      '',
    ),
  ),
  badRequest(
    413,
    'a body that will be 2 MB',
    request('POST /graphql', ['Content-Type: application/json', 'Content-Length: 2000000']),
  ),
  badRequest(
    405,
    'a method that is not for this',
    request('PUT /graphql', ['Content-Type: application/json'], asked),
  ),
  badRequest(
    400,
    'a length beside chunks',
    request('POST /graphql', ['Content-Length: 5', 'Transfer-Encoding: chunked']),
  ),
  badRequest(400, 'a document twice by GET', get(`${typename}&${typename}`, [preflighted])),
  badRequest(400, 'variables by GET that are no JSON', get(`${typename}&variables=%7B`, [preflighted])),
  badRequest(400, 'bytes that are not UTF-8', post('application/json', '{"query":"{ __typename } #\u00ff"}')),
  badRequest(
    400,
    'two tokens of consistency',
    post('application/json', asked, ['X-Consistency-Token: a', 'X-Consistency-Token: b']),
  ),
  badRequest(
    405,
    'a mutation by GET under a hash',
    get(
      `query=${encodeURIComponent(mutation)}&extensions=${encodeURIComponent(
        JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hashOf(mutation) } }),
      )}`,
      [preflighted],
    ),
  ),
  {
    what: 'a token that is none',
    bytes: post('application/json', asked, ['Authorization: Bearer a.b.c']),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    what: 'a token of 10 kB',
    bytes: post('application/json', asked, [`Authorization: Bearer ${'a'.repeat(10_000)}`]),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    what: 'a path behind a code',
    bytes: request('GET /abcdefghij/..%2f..%2fmetrics'),
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    what: 'a line break in a code',
    bytes: request('GET /abcdefghij%0d%0aSet-Cookie:%20a=b'),
    status: 404,
    code: 'NOT_FOUND',
  },
  { what: 'two slashes and a host', bytes: request('GET //evil.example'), status: 404, code: 'NOT_FOUND' },
  badRequest(414, 'a code of 300 characters', request(`GET /${'a'.repeat(300)}`)),
];

export const requests: readonly RequestAttack[] = [...crossSite, ...malformed];
