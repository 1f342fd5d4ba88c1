import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../log/log.ts';
import { ask, listen, liveClient, type LiveClient, type Listening } from '../../testing/live/live-client.ts';
import { liveSchema } from '../../testing/live/live-schema.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { leak } from '../bad-input.conformance.ts';

const patience = { timeout: 10_000, interval: 5 };
const faults: string[] = [];
const log = createLog({ level: 'error', destination: { write: (line) => void faults.push(line) } });
const clients: LiveClient[] = [];
let openGate: (value?: unknown) => void;
const gate = new Promise((resolve) => (openGate = resolve));

let world: World;
let one: Gateway;
let other: Gateway;

beforeAll(async () => {
  world = await createWorld();
  const overrides = { schema: liveSchema({ gate }), log };
  const env = { MAX_LIVE_OPERATIONS: '3' };
  [one, other] = [
    await world.anotherGateway({ overrides, env }),
    await world.anotherGateway({ overrides, env }),
  ];
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => world.close());

function connect(gateway: Gateway, token?: string): LiveClient {
  const client = liveClient(gateway.url, { token });
  clients.push(client);
  return client;
}

const heard = 'subscription ($channel: String!) { heard(channel: $channel) { text me requestId } }';
const say = 'mutation ($channel: String!, $text: String!) { say(channel: $channel, text: $text) }';
const speak = (gateway: Gateway, channel: string, text: string) =>
  gateway.query(say, { variables: { channel, text } });

/** Speaks until it is heard: only then the subscription stands. */
async function begun(listening: Listening, channel: string): Promise<Listening> {
  await vi.waitFor(async () => {
    await speak(one, channel, 'begin');
    expect(listening.answers.length).toBeGreaterThan(0);
  }, patience);
  return listening;
}

const textsOf = ({ answers }: Listening) =>
  answers
    .map(({ data }) => (data as { heard: { text: string } }).heard.text)
    .filter((text) => text !== 'begin');

const gaugeOf = async (gauge: { get(): Promise<{ values: readonly { value: number }[] }> }) =>
  (await gauge.get()).values.reduce((sum, { value }) => sum + value, 0);

describe('over a socket', () => {
  it('queries and mutations are answered', async () => {
    const client = connect(one);
    expect(await ask(client, '{ ping me }')).toEqual({ data: { ping: 'pong', me: null } });
    expect(await ask(client, say, { channel: 'nobody', text: 'x' })).toEqual({ data: { say: true } });
  });

  it('each gateway hears what is said on the other, once and in order', async () => {
    const listenings = [one, other].map((gateway) => listen(connect(gateway), heard, { channel: 'both' }));
    for (const listening of listenings) await begun(listening, 'both');
    const all = Array.from({ length: 50 }, (_, text) => String(text));
    for (const text of all) await speak(one, 'both', text);
    for (const listening of listenings)
      await vi.waitFor(() => expect(textsOf(listening)).toEqual(all), patience);
  });

  it('the viewer of an event is who opened the socket', async () => {
    const { id, token } = await world.somebody();
    const listening = await begun(listen(connect(one, token), heard, { channel: 'mine' }), 'mine');
    const userId = atob(id).split(':').at(-1);
    expect(listening.answers[0]?.data).toMatchObject({ heard: { text: 'begin', me: userId } });
  });

  it('a stream that is completed ends in the gateway too, though its source waits for a message', async () => {
    const { liveStreams, pubsubSubscriptions } = one.app.metrics;
    const open = () => Promise.all([gaugeOf(liveStreams), gaugeOf(pubsubSubscriptions)]);
    await vi.waitFor(async () => expect(await open()).toEqual([0, 0]), patience);
    const listening = await begun(listen(connect(one), heard, { channel: 'left' }), 'left');
    expect(await open()).toEqual([1, 1]);
    listening.stop();
    await vi.waitFor(async () => expect(await open()).toEqual([0, 0]), patience);
  });

  it('a stream whose source ends is completed', async () => {
    const listening = listen(connect(one), 'subscription { nothing }');
    await vi.waitFor(() => expect(listening.end()).toBe('complete'), patience);
    expect(listening.answers).toEqual([]);
  });

  it('no more operations than allowed are under way; when one ends, there is room', async () => {
    const client = connect(one);
    const three = ['a', 'b', 'c'].map((channel) => listen(client, heard, { channel }));
    for (const [index, listening] of three.entries()) await begun(listening, 'abc'[index] ?? '');
    const fourth = listen(client, '{ ping }');
    await vi.waitFor(
      () => expect(fourth.end()).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]),
      patience,
    );
    three[0]?.stop();
    await vi.waitFor(
      async () => expect(await ask(client, '{ ping }')).toEqual({ data: { ping: 'pong' } }),
      patience,
    );
  });
});

describe('the pipeline of a socket is that of HTTP:', () => {
  it.each<readonly [string, string, Record<string, unknown>, string]>([
    ['what is no GraphQL', '{', {}, 'GRAPHQL_PARSE_FAILED'],
    ['too many tokens', `{ ${'ping '.repeat(2_100)} }`, {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ pong }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field of a stream', 'subscription { pong }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['half a surrogate pair', heard, { channel: '\ud800' }, 'BAD_USER_INPUT'],
    [
      'a missing variable',
      'query ($a: Int!) { ping @skip(if: false) @include(if: $a) }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a variable of another type', heard, { channel: 7 }, 'BAD_USER_INPUT'],
    ['a variable of another type for a stream', heard, {}, 'BAD_USER_INPUT'],
    ['an empty document', '', {}, 'BAD_REQUEST'],
  ])('%s is refused with its code and an id', async (_, query, variables, code) => {
    const { status, errors } = await one.query(query, { variables });
    // Where HTTP refuses a subscription as such, only the socket gets as far as its variables.
    if (!query.startsWith('subscription') && query !== heard)
      expect([status, errors[0]?.extensions.code]).toEqual([400, code]);
    const refused = listen(connect(one), query, variables);
    await vi.waitFor(() => expect(refused.end()).toBeDefined(), patience);
    expect(refused.end()).toMatchObject([{ extensions: { code, requestId: expect.any(String) as string } }]);
  });

  it('a document that is too deep is refused', async () => {
    const deep = `{ __schema { types { ${'fields { type { '.repeat(9)} name ${'} } '.repeat(9)} } } }`;
    const refused = listen(connect(one), deep);
    await vi.waitFor(
      () => expect(refused.end()).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]),
      patience,
    );
  });

  it('over plain HTTP a subscription is refused', async () => {
    const { status, errors } = await one.query(heard, { variables: { channel: 'x' } });
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });

  it.each<readonly [string, string]>([
    ['a query', '{ fails }'],
    ['the source of a stream', 'subscription { fails }'],
    ['an event', 'subscription { heard(channel: "faulty") { text fails } }'],
  ])('a fault of ours in %s is masked, and logged under the id that the client gets', async (_, query) => {
    faults.length = 0;
    const listening = listen(connect(one), query);
    await vi.waitFor(async () => {
      await speak(one, 'faulty', 'x');
      expect(listening.answers.length > 0 || listening.end() !== undefined).toBe(true);
    }, patience);
    const errors = (listening.answers[0]?.errors ?? listening.end()) as readonly {
      extensions: { requestId: string };
    }[];
    expect(errors).toMatchObject([
      { message: 'Something failed on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(leak);
    expect(JSON.stringify(errors)).not.toContain('vault');
    const requestId = errors[0]?.extensions.requestId ?? 'none';
    expect(
      faults.filter((line) => line.includes(requestId) && line.includes('vault')).length,
    ).toBeGreaterThan(0);
  });
});

describe('when a gateway stops', () => {
  it('questions under way are answered, streams are not completed, and sockets are closed with 1001', async () => {
    const gateway = await world.anotherGateway({ overrides: { schema: liveSchema({ gate }), log } });
    const [questioner, listener] = [connect(gateway), connect(gateway)];
    const question = ask(questioner, '{ waits }');
    const listening = await begun(listen(listener, heard, { channel: 'until the end' }), 'until the end');
    await vi.waitFor(
      async () => expect(await gaugeOf(gateway.app.metrics.liveConnections)).toBe(2),
      patience,
    );
    const closed = gateway.close();
    await vi.waitFor(() => expect(listener.closes).toEqual([1001]), patience);
    expect(questioner.closes).toEqual([]);
    openGate();
    expect(await question).toEqual({ data: { waits: 'done' } });
    await closed;
    await vi.waitFor(() => expect(questioner.closes).toEqual([1001]), patience);
    expect(listening.end()).toMatchObject({ code: 1001 });
  });
});

it('a thousand sockets that come and go leave nothing behind', { timeout: 120_000 }, async () => {
  const { liveConnections, liveStreams, pubsubSubscriptions } = one.app.metrics;
  for (let round = 0; round < 20; round += 1) {
    const fifty = Array.from({ length: 50 }, () => liveClient(one.url));
    const listenings = fifty.map((client) => listen(client, heard, { channel: 'crowd' }));
    await vi.waitFor(async () => expect(await gaugeOf(liveStreams)).toBe(50), patience);
    await speak(one, 'crowd', 'begin');
    await vi.waitFor(
      () => expect(listenings.every(({ answers }) => answers.length === 1)).toBe(true),
      patience,
    );
    for (const client of fifty) await client.close();
    await vi.waitFor(async () => expect(await gaugeOf(liveStreams)).toBe(0), patience);
  }
  await vi.waitFor(async () => {
    const left = [liveConnections, liveStreams, pubsubSubscriptions].map(gaugeOf);
    expect(await Promise.all(left)).toEqual([0, 0, 0]);
  }, patience);
});
