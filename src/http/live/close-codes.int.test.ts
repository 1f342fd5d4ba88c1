import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { unavailable } from '../../errors/domain-error.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { socketUrl } from '../../testing/live/live-client.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import { rawSocket, type RawSocket } from '../../testing/live/raw-socket.ts';
import { createFaulty } from '../../testing/prove/faults/faulty.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { closeCodes, type Closing } from './close-codes.ts';

const faulty = createFaulty();
const open: RawSocket[] = [];
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({
    overrides: {
      schema: liveSchema(),
      around: faulty.around,
      liveSettings: { initTimeoutMs: 500 },
      pubsubSettings: { maxMessages: 0 },
    },
  });
});
afterEach(() => {
  for (const { ws } of open.splice(0)) ws.terminate();
});
afterAll(() => world.close());

type Closed = RawSocket['closed'];

async function raw(url = gateway.url): Promise<RawSocket> {
  const socket = await rawSocket(url);
  open.push(socket);
  return socket;
}

/** How a socket ends on which, once it was acknowledged, this was done. */
const after = (act: (socket: RawSocket) => void) => async (): Closed => {
  const socket = await raw();
  socket.say({ type: 'connection_init' });
  await socket.until('connection_ack');
  act(socket);
  return socket.closed;
};

/** How a socket ends whose session cannot be looked up. */
const whileSessionsFail = (thrown: Error) => async (): Closed => {
  // Nobody has used the token yet, so that no cache has its session.
  const { token } = await world.somebody();
  const socket = await raw();
  faulty.begin({ place: 'cache', thrown });
  socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  return socket.closed.finally(() => faulty.end());
};

const subscribe = {
  id: '1',
  type: 'subscribe',
  payload: { query: 'subscription { heard(channel: "x") { text } }' },
};

/** A reason that is not here does not compile. */
const ways: Readonly<Record<Closing, () => Closed>> = {
  async goingAway() {
    const stopping = await world.anotherGateway({ overrides: { schema: liveSchema() } });
    const { closed } = await raw(stopping.url);
    await stopping.close();
    return closed;
  },
  protocolError: after(({ ws }) => ws.send('{}', { mask: false })),
  notUtf8: after(({ ws }) => ws.send(Buffer.from([0xff]), { binary: false })),
  inPieces: after(({ ws }) => {
    for (let piece = 0; piece < 200; piece += 1) ws.send('a', { fin: false });
  }),
  tooLarge: after(({ ws }) => ws.send('x'.repeat(65_537))),
  async tooSlow() {
    const socket = await raw();
    socket.say({ type: 'connection_init' });
    await socket.until('connection_ack');
    socket.say(subscribe);
    await vi.waitFor(
      async () => {
        await gateway.query('mutation { say(channel: "x", text: "hello") }');
        expect(socket.ws.readyState).toBe(WebSocket.CLOSED);
      },
      { timeout: 10_000, interval: 5 },
    );
    return socket.closed;
  },
  tryAgain: whileSessionsFail(unavailable('The cache')),
  badMessage: after((socket) => socket.say('hello')),
  async unauthenticated() {
    const socket = await raw();
    socket.say(subscribe);
    return socket.closed;
  },
  wrongProtocol: () =>
    new Promise((resolve, reject) => {
      const ws = new WebSocket(socketUrl(gateway.url));
      ws.once('error', reject).once('close', (code, reason) => resolve([code, reason.toString('utf8')]));
    }),
  initTimeout: async () => (await raw()).closed,
  idInUse: after((socket) => {
    socket.say(subscribe);
    socket.say(subscribe);
  }),
  initTwice: after((socket) => socket.say({ type: 'connection_init' })),
  fault: whileSessionsFail(new TypeError('secret')),
};

describe('a socket is closed with the code and the reason of', () => {
  it.each(Object.entries(ways))('%s', async (why, reach) => {
    const { code, reason } = closeCodes[why as Closing];
    expect(await reach()).toEqual([code, reason]);
  });
});
