import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exchange, leak } from '../bad-input.conformance.ts';
import { ask, liveClient } from '../../testing/live/live-client.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import { rawSocket, type RawSocket } from '../../testing/live/raw-socket.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';

const friend = 'https://app.example.com';
const open: RawSocket[] = [];
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({
    env: { CORS_ORIGINS: friend, MAX_LIVE_CONNECTIONS: '20' },
    overrides: { schema: liveSchema(), liveSettings: { initTimeoutMs: 100 } },
  });
});
afterEach(() => {
  for (const { ws } of open.splice(0)) ws.terminate();
});
afterAll(() => world.close());

async function raw(options?: Parameters<typeof rawSocket>[1]): Promise<RawSocket> {
  const socket = await rawSocket(gateway.url, options);
  open.push(socket);
  return socket;
}

/** `connection_init` has been acknowledged. */
const ready = () => raw({ params: {} });
const forEver = { query: 'subscription { heard(channel: "x") { text } }' };
const subscribe = (id: string, payload: unknown = forEver) => ({ id, type: 'subscribe', payload });

describe('a socket is closed', () => {
  it.each<readonly [string, unknown]>([
    ['what is no message', 'hello'],
    ['a list', []],
    ['a message without a type', { id: '1' }],
    ['a message of a type that nobody knows', { type: 'please' }],
    ['what only a server says', { type: 'next', id: '1', payload: {} }],
    ['an operation without an id', { type: 'subscribe', payload: forEver }],
    ['an operation without a document', subscribe('1', { query: 7 })],
    ['variables that are a list', subscribe('1', { ...forEver, variables: [] })],
    ['another prototype', { type: 'subscribe', id: '__proto__', payload: null }],
  ])('with 4400 for %s', async (_, message) => {
    const socket = await ready();
    socket.say(message);
    expect((await socket.closed)[0]).toBe(4400);
  });

  it('with 4400 for what is not JSON', async () => {
    const socket = await ready();
    socket.ws.send('{');
    expect(await socket.closed).toEqual([4400, 'Invalid message received']);
  });

  it('with 4401 for an operation before the connection was acknowledged', async () => {
    const socket = await raw();
    socket.say(subscribe('1'));
    expect((await socket.closed)[0]).toBe(4401);
  });

  it('with 4408 when it does not begin', async () => {
    const socket = await raw();
    expect((await socket.closed)[0]).toBe(4408);
  });

  it('with 4409 for an id that is in use, and for no other', async () => {
    const socket = await ready();
    socket.say(subscribe('1'));
    socket.say(subscribe('2'));
    socket.say({ id: '1', type: 'complete' });
    socket.say(subscribe('1', { query: '{ ping }' }));
    expect(await socket.until('next')).toMatchObject({ id: '1', payload: { data: { ping: 'pong' } } });
    socket.say(subscribe('2'));
    expect((await socket.closed)[0]).toBe(4409);
  });

  it('with 4429 when it begins twice', async () => {
    const socket = await ready();
    socket.say({ type: 'connection_init' });
    expect((await socket.closed)[0]).toBe(4429);
  });

  it.each(['graphql-ws', 'chat'])('with 4406 when it speaks %s', async (protocol) => {
    const received = await exchange(port(), handshake({ 'Sec-WebSocket-Protocol': protocol }), /\x88/);
    expect(received).toContain('101 Switching Protocols');
    expect(received).toContain('Subprotocol not acceptable');
  });

  it('with 1007 for a text that is not UTF-8', async () => {
    const socket = await ready();
    socket.ws.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await socket.closed)[0]).toBe(1007);
  });

  it('with 1009 for a message of 65 KiB, and for 100 MB as soon as they are announced', async () => {
    const socket = await ready();
    socket.say(subscribe('1', { query: `{ ping } #${'x'.repeat(66_560)}` }));
    expect((await socket.closed)[0]).toBe(1009);

    const announced = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x05, 0xf5, 0xe1, 0x00, 1, 2, 3, 4]);
    const received = await afterHandshake(announced);
    // 1009 is 0x03f1.
    expect(received.includes(Buffer.from([0x88, 0x02, 0x03, 0xf1]))).toBe(true);
  });

  it.each<readonly [string, readonly number[]]>([
    ['a frame that is not masked', [0x81, 0x01, 0x61]],
    ['a reserved opcode', [0x83, 0x80, 1, 2, 3, 4]],
    ['a reserved bit', [0xf1, 0x80, 1, 2, 3, 4]],
    ['a continuation of nothing', [0x80, 0x80, 1, 2, 3, 4]],
  ])('with 1002 for %s', async (_, bytes) => {
    const received = await afterHandshake(Buffer.from(bytes));
    expect(received.includes(Buffer.from([0x88, 0x02, 0x03, 0xea]))).toBe(true);
  });

  it('with 1013 when it asks and asks and does not read', { timeout: 60_000 }, async () => {
    const socket = await ready();
    const payload = { filler: 'x'.repeat(60_000) };
    socket.ws.pause();
    for (let count = 0; count < 300; count += 1) socket.say({ type: 'ping', payload });
    await vi.waitFor(
      async () => {
        const { values } = await gateway.app.metrics.liveClosed.get();
        expect(values.find(({ labels }) => labels.code === '1013')?.value ?? 0).toBeGreaterThan(0);
      },
      { timeout: 50_000 },
    );
    socket.ws.resume();
  });
});

describe('an upgrade is refused', () => {
  it.each(['https://evil.example.com', 'null', 'http://127.0.0.1:1'])(
    'with 403 for a page of %s',
    async (origin) => {
      await expect(raw({ origin })).rejects.toThrow('403');
    },
  );

  it('not for pages of the gateway’s own origin or of one that is allowed', async () => {
    for (const origin of [gateway.url, friend]) expect((await raw({ origin })).ws.readyState).toBe(1);
  });

  it.each<readonly [string, string, number, string]>([
    ['elsewhere', handshakeTo('/graphiql'), 404, 'NOT_FOUND'],
    ['without a key', handshakeTo('/graphql').replace(/Sec-WebSocket-Key.*\r\n/, ''), 400, 'BAD_REQUEST'],
    ['of an unknown version', handshakeTo('/graphql').replace('13', '1'), 400, 'BAD_REQUEST'],
    ['by POST', handshakeTo('/graphql').replace('GET', 'POST'), 400, 'BAD_REQUEST'],
  ])('%s with a coded error', async (_, bytes, status, code) => {
    const received = await exchange(port(), bytes);
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(received).toContain(`"code":"${code}"`);
    expect(received).not.toMatch(leak);
  });

  it('where there are too many already, and not when one of them has left', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ready()));
    await expect(raw()).rejects.toThrow('503');
    all[0]?.ws.close();
    await all[0]?.closed;
    await vi.waitFor(() => ready(), { timeout: 5_000, interval: 10 });
  });
});

it('an upgrade to something else is passed over, and the body is read', async () => {
  const body = '{"query":"{ ping }"}';
  const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`;
  const request = `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  // In one piece, and cut in the body.
  for (const cut of [request.length, request.length - 5]) {
    const socket = connect(port(), '127.0.0.1');
    socket.write(request.slice(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write(request.slice(cut));
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 200 .*"pong"/s);
    socket.destroy();
  }
});

it('the gateway is unharmed', async () => {
  const client = liveClient(gateway.url);
  expect(await ask(client, '{ ping }')).toEqual({ data: { ping: 'pong' } });
  await client.close();
});

function handshakeTo(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}

function handshake(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return handshakeTo('/graphql').replace(/\r\n\r\n$/, `\r\n${lines.join('')}\r\n`);
}

const port = () => Number(new URL(gateway.url).port);

/** What comes back until the gateway closes. */
async function afterHandshake(bytes: Buffer): Promise<Buffer> {
  const socket = connect(port(), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(handshake({ 'Sec-WebSocket-Protocol': 'graphql-transport-ws' }));
  await once(socket, 'data');
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}
