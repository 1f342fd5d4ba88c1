import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { requests } from '../../testing/attacks/requests.ts';
import { withLimits } from '../../testing/attacks/without-limits.ts';
import {
  dataOf,
  errorsOf,
  expectRefusal,
  expectUnharmed,
  leak,
  startEdge,
  type Edge,
} from '../bad-input.conformance.ts';

let edge: Edge;
const held: Socket[] = [];
beforeAll(async () => {
  edge = await startEdge(inject, { ...withLimits, MAX_CONNECTIONS: '50' });
});
afterEach(() => {
  for (const socket of held.splice(0)) socket.destroy();
});
afterAll(() => edge.close());

describe('is refused, and an honest request answered right after:', () => {
  it.each(requests)('$what', async ({ bytes, status, code }) => {
    const received = await edge.raw(Buffer.from(bytes, 'latin1'));
    // One answer: nothing of it was taken for a second request.
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, found]) => Number(found))).toEqual([status]);
    expect(received).not.toMatch(leak);
    expect(errorsOf(received.slice(received.indexOf('{')))[0]?.extensions.code).toBe(code);
    expect(dataOf(await edge.graphql('{ __typename }'))).toEqual({ __typename: 'Query' });
  });

  it('an array by events', async () => {
    const body = '[{"query":"{ __typename }"}]';
    expectRefusal(await edge.post(body, { accept: 'text/event-stream' }), 400, 'BAD_REQUEST');
  });

  it('as many headers as are taken are no attack, nor is a header that asks for a preflight', async () => {
    const headers = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`x-${index}`, 'a']));
    const reply = await edge.send('/graphql?query={__typename}', {
      headers: { 'apollo-require-preflight': '1', ...headers },
    });
    expect(reply.status).toBe(200);
  });
});

describe('an array of operations', () => {
  const post = (bodies: readonly unknown[], token?: string) =>
    edge.post(bodies, token === undefined ? {} : { authorization: `Bearer ${token}` });

  it('is answered by an array, each with its own errors', async () => {
    const { status, text } = await post([
      { query: '{ __typename }' },
      { query: '{' },
      { query: '{ nothing }' },
      {},
      { query: 'query ($id: ID!) { product(id: $id) { name } }', variables: { id: edge.productId } },
    ]);
    expect(status).toBe(200);
    const answers = JSON.parse(text) as readonly {
      data?: unknown;
      errors?: readonly { extensions: object }[];
    }[];
    expect(answers.map(({ data, errors }) => errors?.[0]?.extensions ?? data)).toMatchObject([
      { __typename: 'Query' },
      { code: 'GRAPHQL_PARSE_FAILED' },
      { code: 'GRAPHQL_VALIDATION_FAILED' },
      { code: 'BAD_REQUEST' },
      { product: { name: 'Bait' } },
    ]);
  });

  it('has the status that all of its operations have', async () => {
    expect((await post([{ query: '{' }, { query: '{' }])).status).toBe(400);
  });

  it('is refused as a whole where its token is not valid', async () => {
    expectRefusal(await post([{ query: '{ __typename }' }], 'a.b.c'), 401, 'UNAUTHENTICATED');
  });

  it('does not let one operation use the password that another one gave', async () => {
    const query = `mutation ($i: SignInInput!) { signIn(input: $i) { user { id email } } }`;
    const input = { username: 'corpus_user', password: 'correct horse' };
    const { text } = await post([
      { query, variables: { i: input } },
      { query: 'query ($id: ID!) { user(id: $id) { email } }', variables: { id: edge.userId } },
    ]);
    const [signedIn, other] = JSON.parse(text) as readonly { errors?: readonly { extensions: object }[] }[];
    expect(signedIn?.errors).toBeUndefined();
    expect(other?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('hands out how far to read for what any of its mutations wrote', async () => {
    const rename = (displayName: string) => ({
      query: 'mutation ($i: UpdateProfileInput!) { updateProfile(input: $i) { user { displayName } } }',
      variables: { i: { displayName } },
    });
    const { headers } = await post([{ query: '{ __typename }' }, rename('A'), rename('B')], edge.userToken);
    expect(headers.get('x-consistency-token')).toMatch(/^1\./);
  });
});

describe('connections', () => {
  const port = () => Number(new URL(edge.gateway.url).port);

  async function hold(bytes: string): Promise<Socket> {
    const socket = connect(port(), '127.0.0.1');
    held.push(socket);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
    return socket;
  }

  it('that say their piece slowly keep nobody waiting', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    for (let count = 0; count < 20; count += 1)
      await hold(count % 2 === 0 ? head : `${head}Content-Length: 100\r\n\r\n{"query":`);
    expect(dataOf(await edge.graphql('{ __typename }'))).toEqual({ __typename: 'Query' });
  });

  it('beyond as many as there may be are closed unheard', async () => {
    const closed = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = await hold('GET /healthz HTTP/1.1\r\n');
        return new Promise<boolean>((resolve) => {
          socket.once('close', () => resolve(true));
          // Those that are kept are told apart by an answer.
          socket.once('data', () => resolve(false));
          socket.write('Host: a\r\n\r\n');
        });
      }),
    );
    const kept = closed.filter((isClosed) => !isClosed).length;
    expect(kept).toBeGreaterThan(20);
    expect(kept).toBeLessThanOrEqual(50);
  });
});

describe('whatever the route, an answer carries the headers that protect a browser:', () => {
  it.each(['/graphql', '/healthz', '/nowhere', '/abcdefghij', '/graphiql'])('%s', async (path) => {
    const { headers } = await edge.send(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  });
});

it('leaves the gateway unharmed', async () => {
  for (const socket of held.splice(0)) socket.destroy();
  await expectUnharmed(edge);
});
