import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTokens } from '../../auth/tokens.ts';
import { systemClock } from '../../clock/clock.ts';
import { createSessionWatch } from '../../context/session-watch.ts';
import { createLog } from '../../log/log.ts';
import { listen, liveClient, type LiveClient, type Listening } from '../../testing/live/live-client.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import { rawSocket } from '../../testing/live/raw-socket.ts';
import { testTokenSecret, type Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';

const patience = { timeout: 10_000, interval: 2 };
const clients: LiveClient[] = [];
const tokens = createTokens({ secret: testTokenSecret, clock: systemClock });
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({ overrides: { schema: liveSchema() } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => world.close());

const heard = 'subscription ($channel: String!) { heard(channel: $channel) { text } }';
const speak = (channel: string) =>
  gateway.query('mutation ($channel: String!) { say(channel: $channel, text: "x") }', {
    variables: { channel },
  });

async function subscribe(token: string, channel: string): Promise<[LiveClient, Listening]> {
  const client = liveClient(gateway.url, { token });
  clients.push(client);
  const listening = listen(client, heard, { channel });
  await vi.waitFor(async () => {
    await speak(channel);
    expect(listening.answers.length).toBeGreaterThan(0);
  }, patience);
  return [client, listening];
}

describe('a socket', () => {
  it.each([
    ['a forged token', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA'],
    ['no token at all', 'Basic YWxpY2U6cGFzc3dvcmQ='],
    ['a number', 7],
  ])('with %s is closed with 4401, and nobody was asked', async (_, authorization) => {
    const socket = await rawSocket(gateway.url);
    const { counts } = await gateway.counting(async () => {
      socket.say({ type: 'connection_init', payload: { authorization } });
      expect(await socket.closed).toEqual([4401, 'Unauthenticated']);
    });
    expect(counts).toEqual({ redis: {}, postgres: {} });
  });

  it('with the token of a session that has ended is closed with 4401', async () => {
    const somebody = await world.somebody();
    const { token } = somebody;
    await somebody.query('mutation { signOut { endedSessions } }');
    const socket = await rawSocket(gateway.url);
    socket.say({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    expect((await socket.closed)[0]).toBe(4401);
  });

  it('is closed with 4401 within a second of a sign-out through another gateway', async () => {
    const somebody = await world.somebody();
    const { token } = somebody;
    const [client, listening] = await subscribe(token, 'quiet');
    await somebody.query('mutation { signOut { endedSessions } }');
    const since = performance.now();
    await vi.waitFor(() => expect(client.closes).toEqual([4401]), patience);
    // 510 ms where the machine has nothing else to do.
    expect(performance.now() - since).toBeLessThan(1_500);
    expect(listening.end()).toMatchObject({ code: 4401 });
  });

  it('is closed when its token expires', async () => {
    const { token } = await world.somebody();
    const soon = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000);
    const short = await tokens.sign(await tokens.verify(token), soon);
    const [client] = await subscribe(short, 'expiring');
    await vi.waitFor(() => expect(client.closes).toEqual([4401]), patience);
    expect(Math.abs(Date.now() - soon.getTime())).toBeLessThan(1_500);
  });
});

describe('where nobody looks after sessions in between', () => {
  let blind: Gateway;
  beforeAll(async () => {
    blind = await world.anotherGateway({
      overrides: { schema: liveSchema(), sessionCheckEveryMs: 3_600_000 },
    });
  });

  it('no event passes after the sign-out: the stream ends with UNAUTHENTICATED, and the socket with 4401', async () => {
    const somebody = await world.somebody();
    const { token } = somebody;
    const client = liveClient(blind.url, { token });
    clients.push(client);
    const listening = listen(client, heard, { channel: 'late' });
    await vi.waitFor(async () => {
      await speak('late');
      expect(listening.answers.length).toBeGreaterThan(0);
    }, patience);
    await somebody.query('mutation { signOut { endedSessions } }');
    const before = listening.answers.length;
    await systemClock.sleep(700);
    // The control: without an event it is not noticed.
    expect(client.closes).toEqual([]);
    await speak('late');
    await vi.waitFor(() => expect(client.closes).toEqual([4401]), patience);
    expect(listening.answers).toHaveLength(before);
    expect(listening.end()).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('looking after a thousand sessions', () => {
  it('takes two batches of five hundred, and a failed look ends nobody', async () => {
    const sizes: number[] = [];
    let answer: (userId: string) => object | Error | undefined = () => ({});
    const watch = createSessionWatch({
      tokens,
      clock: systemClock,
      log: createLog({ level: 'silent' }),
      checkEveryMs: 20,
      findSessions: (claims) => {
        sizes.push(claims.length);
        return Promise.resolve(claims.map(({ userId }) => answer(userId) as never));
      },
    });
    const ended: number[] = [];
    const until = new Date(Date.now() + 3_600_000);
    const all = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        tokens.sign({ userId: String(index + 1), sessionId: '1' }, until),
      ),
    );
    await Promise.all(all.map((token, index) => watch.attend(`Bearer ${token}`, () => ended.push(index))));
    sizes.length = 0;
    answer = () => new Error('Redis and Postgres are away');
    await vi.waitFor(() => expect(sizes.length).toBeGreaterThan(3), patience);
    expect(new Set(sizes)).toEqual(new Set([500]));
    expect(ended).toEqual([]);
    answer = (userId) => (userId === '8' ? undefined : {});
    await vi.waitFor(() => expect(ended).toEqual([7]), patience);
    watch.close();
  });
});
