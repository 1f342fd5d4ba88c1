import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { withoutLimits } from '../testing/attacks/without-limits.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { errorsOf, exchange, expectUnharmed, leak, startEdge, type Edge } from './bad-input.conformance.ts';
import { createHttpServer } from './server.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject, withoutLimits);
});
afterAll(() => edge.close());

const get = (...headers: readonly string[]) =>
  `GET /healthz HTTP/1.1\r\n${['Host: a', ...headers].join('\r\n')}\r\n\r\n`;
const close = 'Connection: close';

/** What the first answer says, if it is a refusal in the form of all others. */
function refusalIn(received: string): { readonly status: number; readonly code: string | undefined } {
  const [head = '', body = ''] = received.split('\r\n\r\n');
  const requestId = /^x-request-id: (.*)$/im.exec(head)?.[1];
  expect(received).not.toMatch(leak);
  const [error] = errorsOf(body);
  expect(error?.extensions.requestId).toBe(requestId);
  return { status: Number(head.split(' ')[1]), code: error?.extensions.code };
}

const flood = Array.from({ length: 500 }, (_, index) => `X-${index}: ${'a'.repeat(200)}`);

describe('on the socket is refused:', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 400],
    ['TLS', Buffer.from('16030100f0010000ec0303', 'hex'), 400],
    ['noise', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 89 + 7) % 256)), 400],
    ['HTTP/2 by surprise', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['a blank in the path', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a NUL in a header', get('X-A: a\0b'), 400],
    ['a blank in the name of a header', get('X A: b'), 400],
    ['a header without a colon', get('X-A'), 400],
    ['a header that is folded', get('X-A: a', ' b'), 400],
    ['a bare line break in a header', get('X-A: a\nb'), 400],
    ['two lengths', get('Content-Length: 1', 'Content-Length: 2'), 400],
    ['a negative length', get('Content-Length: -1'), 400],
    ['a length beside chunks', get('Content-Length: 1', 'Transfer-Encoding: chunked'), 400],
    [
      'chunks that are none',
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
    ['an encoding nobody knows', get('Transfer-Encoding: rot13'), 400],
    ['100 kB of headers', get(...flood), 431],
    ['a header of 20 kB', get(`X-A: ${'a'.repeat(20_000)}`), 431],
    ['a path of 20 kB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['no host', `GET /healthz HTTP/1.1\r\n${close}\r\n\r\n`, 400],
    [
      'a body that is too large, while it comes',
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n${'a'.repeat(0x20_0000)}\r\n0\r\n\r\n`,
      413,
    ],
    [
      'a body that is too large, before it comes',
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
      413,
    ],
  ])('%s', async (_, bytes, status) => {
    const received = await edge.raw(bytes);
    expect(refusalIn(received)).toEqual({ status, code: 'BAD_REQUEST' });
  });

  it('garbage behind a good request, on its own', async () => {
    const received = await edge.raw(`${get()}garbage\r\n\r\n`);
    expect(received).toMatch(/HTTP\/1\.1 400 /);
    expect(received).not.toMatch(leak);
  });
});

describe('a body that is too large', () => {
  /** Whether the connection serves another request once the body, refused already, has come. */
  async function servesOn(bytes: number): Promise<boolean> {
    const socket = connect(Number(new URL(edge.gateway.url).port), '127.0.0.1');
    let received = '';
    let isOver = false;
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    socket.on('error', () => undefined).on('close', () => (isOver = true));
    onTestFinished(() => void socket.destroy());
    const json = 'Content-Type: application/json';
    socket.write(`POST /graphql HTTP/1.1\r\nHost: a\r\n${json}\r\nContent-Length: ${bytes}\r\n\r\n`);
    await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 413 /));
    socket.write('a'.repeat(bytes) + get());
    await vi.waitFor(() => expect(isOver || received.includes('HTTP/1.1 200 ')).toBe(true), patience);
    return !isOver;
  }
  const patience = { timeout: 10_000 };

  it('does not cost the connection, for whoever still sends it must be able to read the refusal', async () => {
    expect(await servesOn(2_000_000)).toBe(true);
  });

  it('does, where it is so large that nobody would read to its end', async () => {
    expect(await servesOn(20_000_000)).toBe(false);
  });
});

describe('on the socket is answered:', () => {
  it('requests in a row, in their order', async () => {
    const received = await edge.raw(
      get('X-Request-Id: one') + get('X-Request-Id: two') + get('X-Request-Id: three', close),
    );
    expect(received.match(/x-request-id: \w+/gi)).toEqual(
      ['one', 'two', 'three'].map((id) => `x-request-id: ${id}`),
    );
  });

  it.each([
    ['with a line break and a header of its own', 'X-Request-Id: a\r\nSet-Cookie: stolen=1'],
    ['with a bare carriage return', 'X-Request-Id: a%0d%0aSet-Cookie: stolen=1'],
    ['twice', 'X-Request-Id: a\r\nX-Request-Id: b'],
  ])('a request id %s, of which nothing comes back', async (_, header) => {
    const received = await edge.raw(get(header, close));
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).not.toMatch(/stolen/);
    expect(received).toMatch(/x-request-id: (a|[0-9a-f-]{36})\r\n/i);
  });

  it('HTTP/1.0 without a host', async () => {
    expect(await edge.raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*x-request-id/is);
  });

  it('an expectation that nobody knows', async () => {
    expect(await edge.raw(get('Expect: rain', close))).toMatch(/^HTTP\/1\.1 200 .*x-request-id/is);
  });

  it('an upgrade that is not on offer, as if it were not asked for', async () => {
    const upgraded = get('Connection: upgrade', 'Upgrade: h2c');
    expect(await edge.raw(upgraded, /alive/)).toMatch(/^HTTP\/1\.1 200 .*x-request-id/is);
  });
});

describe('a client that goes away', () => {
  const body = JSON.stringify({
    query: `{ ${Array.from({ length: 150 }, (_, index) => `a${index}: product(id: "${index}") { id }`).join(' ')} }`,
  });
  const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const port = () => Number(new URL(edge.gateway.url).port);

  it.each([
    ['in the headers', head.slice(0, 40)],
    ['before the body', head],
    ['within the body', head + body.slice(0, 100)],
    ['before the answer', head + body],
  ])('%s leaves nothing behind', async (_, bytes) => {
    await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect(port(), '127.0.0.1', () =>
              socket.write(bytes, () => socket.resetAndDestroy()),
            );
            socket.on('error', () => undefined);
            socket.on('close', () => resolve());
          }),
      ),
    );
    expect((await edge.send('/healthz')).status).toBe(200);
  });

  it('within the answer leaves nothing behind', async () => {
    const received = await edge.raw(head + body, /HTTP\/1\.1 200/);
    expect(received).not.toBe('');
    expect((await edge.send('/healthz')).status).toBe(200);
  });
});

describe('a client that stalls', () => {
  it.each([
    ['in the headers', 'POST /graphql HTTP/1.1\r\nHost: a\r\n'],
    [
      'in the body',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":',
    ],
  ])('%s is answered and let go when its time is up', async (_, bytes) => {
    const receiveTimeoutMs = 200;
    const app = await createHttpServer({
      log: createLog({ level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      bodyLimitBytes: 1_000,
      corsOrigins: [],
      receiveTimeoutMs,
    });
    app.post('/echo', ({ body }) => body);
    await app.listen({ port: 0 });
    const startedAt = performance.now();
    const received = await exchange((app.server.address() as AddressInfo).port, bytes);
    await app.close();
    expect(refusalIn(received)).toEqual({ status: 408, code: 'BAD_REQUEST' });
    expect(performance.now() - startedAt).toBeLessThan(5 * receiveTimeoutMs);
  });
});

describe('a browser of another origin', () => {
  it.each([
    ['asks first', { origin: 'https://shop.example', 'access-control-request-method': 'POST' }, 204],
    ['asks without saying for what', { origin: 'https://shop.example' }, 204],
  ])('%s, and hears under which id', async (_, headers, status) => {
    const app = await createHttpServer({
      log: createLog({ level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      bodyLimitBytes: 1_000,
      corsOrigins: ['https://shop.example'],
    });
    app.post('/graphql', () => 'never');
    const answer = await app.inject({ method: 'OPTIONS', url: '/graphql', headers });
    await app.close();
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
