import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { attacks } from '../../testing/attacks/documents.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { ask, liveClient } from '../../testing/live/live-client.ts';
import { rawSocket, type RawSocket } from '../../testing/live/raw-socket.ts';
import { createWorld, type World } from '../../testing/world.ts';

const initTimeoutMs = 150;
const maxOperations = 5;
let world: World;
let gateway: Gateway;
const open: RawSocket[] = [];

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({
    env: { NODE_ENV: 'production', MAX_LIVE_OPERATIONS: String(maxOperations) },
    overrides: { liveSettings: { initTimeoutMs } },
  });
});
afterEach(async () => {
  for (const { ws } of open.splice(0)) ws.terminate();
  const client = liveClient(gateway.url);
  expect(await ask(client, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  await client.close();
});
afterAll(() => world.close());

async function raw(options?: Parameters<typeof rawSocket>[1]): Promise<RawSocket> {
  const socket = await rawSocket(gateway.url, options);
  open.push(socket);
  return socket;
}

/** Whatever a socket may carry in one message, and has a document. */
const documents = attacks.filter(
  ({ body, code }) =>
    /^GRAPHQL_|^BAD_USER_INPUT$/.test(code) &&
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
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(body),
    });
    expect(await response.text()).toContain(`"code":"${code}"`);
  });
});

describe('a socket is refused or closed', () => {
  it.each(['https://evil.example.com', 'null', 'http://127.0.0.1:1'])('for a page of %s', async (origin) => {
    await expect(raw({ origin })).rejects.toThrow('403');
  });

  it('that has nothing to say', async () => {
    const socket = await raw();
    expect((await socket.closed)[0]).toBe(4408);
  });

  it('whose message is larger than 64 KiB', async () => {
    const socket = await raw({ params: {} });
    socket.say({ type: 'subscribe', id: '1', payload: { query: `{ __typename } #${'a'.repeat(70_000)}` } });
    expect((await socket.closed)[0]).toBe(1009);
  });

  it.each([
    ['no token', { authorization: 'Bearer a.b.c' }],
    ['an object', { authorization: { toString: 1 } }],
    ['a list', { authorization: ['Bearer'] }],
    ['one whose name is written otherwise', { AUTHORIZATION: 'Basic a' }],
  ])('whose token is %s', async (_, payload) => {
    const socket = await raw();
    socket.say({ type: 'connection_init', payload });
    expect((await socket.closed)[0]).toBe(4401);
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
