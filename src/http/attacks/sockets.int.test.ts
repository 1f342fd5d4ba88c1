import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createLog } from '../../log/log.ts';
import { faultyStream } from '../../testing/attacks/amplified.ts';
import { attacks } from '../../testing/attacks/documents.ts';
import { foreignOrigins, frames } from '../../testing/attacks/frames.ts';
import { withLimits } from '../../testing/attacks/without-limits.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { ask, liveClient, socketUrl } from '../../testing/live/live-client.ts';
import { rawSocket, type RawSocket } from '../../testing/live/raw-socket.ts';
import { createWorld, type World } from '../../testing/world.ts';

const initTimeoutMs = 150;
const maxOperations = 5;
let world: World;
let gateway: Gateway;
const open: RawSocket[] = [];
/** What the gateway has called a fault of its own. */
const faults: string[] = [];

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({
    env: { ...withLimits, MAX_LIVE_OPERATIONS: String(maxOperations) },
    overrides: {
      liveSettings: { initTimeoutMs },
      log: createLog({ level: 'error', destination: { write: (line) => faults.push(line) } }),
    },
  });
});
afterEach(async () => {
  for (const { ws } of open.splice(0)) ws.terminate();
  const client = liveClient(gateway.url);
  expect(await ask(client, '{ __typename }')).toMatchObject({ data: { __typename: 'Query' } });
  await client.close();
});
afterAll(() => world.close());

async function raw(options?: Parameters<typeof rawSocket>[1]): Promise<RawSocket> {
  const socket = await rawSocket(gateway.url, options);
  open.push(socket);
  return socket;
}

const byEvents = (body: object | string, { url } = gateway, address = '192.0.2.1') =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
      'x-forwarded-for': address,
    },
    body: JSON.stringify(body),
  });
const codesIn = (text: string) => [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code);

/** Whatever a socket may carry in one message, and has a document. */
const documents = attacks.filter(
  ({ body, code }) =>
    /^GRAPHQL_|^BAD_USER_INPUT$|^COST_/.test(code) &&
    JSON.stringify(body).length < 60_000 &&
    typeof body === 'object',
);

describe('what HTTP refuses is refused over a socket, with the same code:', () => {
  it.each(documents)('$what', async ({ body, code }) => {
    const socket = await raw({ params: {} });
    socket.say({ type: 'subscribe', id: '1', payload: body });
    const { payload } = await Promise.race([socket.until('error'), socket.until('next')]);
    const errors = Array.isArray(payload)
      ? (payload as unknown[])
      : (payload as { errors: unknown[] }).errors;
    expect(
      new Set(errors.map((error) => (error as { extensions: { code: string } }).extensions.code)),
    ).toEqual(new Set([code]));
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
  });

  it.each(documents.slice(0, 8))('and by events: $what', async ({ body, code }) => {
    const response = await byEvents(body);
    expect(await response.text()).toContain(`"code":"${code}"`);
  });
});

it('whose list of variables has a fault in each item is told of the first, and takes no time from others', async () => {
  const startedAt = performance.now();
  const response = await byEvents(faultyStream.body);
  const [code, ...others] = codesIn(await response.text());
  expect([code, others]).toEqual(['BAD_USER_INPUT', []]);
  // All of its errors would take eight seconds.
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

describe('a socket is refused or closed', () => {
  it.each(foreignOrigins)('for a page of %s', async (origin) => {
    await expect(raw({ origin })).rejects.toThrow('403');
  });

  it('that has nothing to say', async () => {
    const socket = await raw();
    expect((await socket.closed)[0]).toBe(4408);
  });

  it.each(frames)('for $what', async ({ say, code }) => {
    const socket = await raw();
    say(socket.ws);
    expect((await socket.closed)[0]).toBe(code);
    expect(faults).toEqual([]);
  });

  it('not for a message in two pieces, nor for a ping of an object', async () => {
    const socket = await rawSocket(world.gateway.url);
    open.push(socket);
    socket.ws.send('{"type":"connection', { fin: false });
    socket.ws.send('_init"}');
    await socket.until('connection_ack');
    socket.say({ type: 'ping', payload: { a: [1] } });
    expect((await socket.until('pong')).payload).toEqual({ a: [1] });
  });
});

describe('one address has no more than its share', () => {
  const share = 4;
  let shared: Gateway;
  beforeAll(async () => {
    shared = await world.anotherGateway({
      env: { MAX_LIVE_CONNECTIONS_PER_ADDRESS: String(share), TRUSTED_PROXIES: '127.0.0.1' },
    });
  });

  const connect = async (address: string) => {
    const ws = new WebSocket(socketUrl(shared.url), 'graphql-transport-ws', {
      headers: { 'x-forwarded-for': address },
    });
    ws.on('error', () => undefined);
    return new Promise<WebSocket | number>((resolve) => {
      ws.once('open', () => resolve(ws));
      ws.once('unexpected-response', (_sent, { statusCode = 0 }) => resolve(statusCode));
    });
  };

  it('of sockets and event streams together, while others have theirs', async () => {
    const sockets = [];
    for (let count = 0; count < share; count += 1) sockets.push(await connect(`2001:db8::${count}`));
    expect(await connect('2001:db8::ffff')).toBe(429);
    const refused = await byEvents({ query: '{ __typename }' }, shared, '2001:db8::1');
    expect([refused.status, codesIn(await refused.text())]).toEqual([429, ['RATE_LIMITED']]);
    const elsewhere = await connect('2001:db8:0:1::1');
    expect(elsewhere).toBeInstanceOf(WebSocket);

    for (const socket of sockets) (socket as WebSocket).close();
    await vi.waitFor(async () => expect(await connect('2001:db8::ffff')).toBeInstanceOf(WebSocket));
  });
});

it('what reaches into prototypes is nobody’s token and changes nothing', async () => {
  const socket = await raw();
  socket.ws.send(
    '{"type":"connection_init","payload":{"__proto__":{"authorization":"Bearer a.b.c","isAdmin":true}}}',
  );
  await socket.until('connection_ack');
  const payload =
    '{"query":"{ viewer { id } }","variables":{"__proto__":{"a":1}},"extensions":{"__proto__":{"b":1}}}';
  socket.ws.send(`{"type":"subscribe","id":"1","payload":${payload}}`);
  expect((await socket.until('next')).payload).toMatchObject({ data: { viewer: null } });
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});

it('as many operations as may be under way are answered, one more is refused', async () => {
  const { token } = await world.somebody();
  const socket = await raw({ params: { authorization: `Bearer ${token}` } });
  const payload = { query: 'subscription { notificationReceived { id } }' };
  for (let id = 0; id <= maxOperations; id += 1) socket.say({ type: 'subscribe', id: String(id), payload });
  expect(await socket.until('error')).toMatchObject({
    id: String(maxOperations),
    payload: [{ extensions: { code: 'BAD_REQUEST' } }],
  });
});

it('sockets that are closed leave no stream behind', async () => {
  await vi.waitFor(async () => {
    const { values } = await gateway.app.metrics.liveStreams.get();
    expect(values[0]?.value ?? 0).toBe(0);
  });
});
