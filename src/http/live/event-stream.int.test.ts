import { request, type IncomingMessage } from 'node:http';
import { createClient, type Client } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { liveSchema } from '../../testing/live/live-schema.ts';
import type { Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';

const patience = { timeout: 10_000, interval: 5 };
const clients: Client[] = [];
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.anotherGateway({
    overrides: { schema: liveSchema(), liveSettings: { stalledAfterMs: 300 } },
  });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => world.close());

const heard = 'subscription ($channel: String!) { heard(channel: $channel) { text me } }';
const speak = (channel: string, text = 'x') =>
  gateway.query('mutation ($channel: String!, $text: String!) { say(channel: $channel, text: $text) }', {
    variables: { channel, text },
  });

function listen(query: string, variables: Record<string, unknown> = {}, token?: string) {
  const client = createClient({
    url: `${gateway.url}/graphql`,
    retryAttempts: 0,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  clients.push(client);
  const answers: unknown[] = [];
  let end: unknown;
  const stop = client.subscribe(
    { query, variables },
    {
      next: (answer) => answers.push(answer),
      error: (error) => (end = error),
      complete: () => (end ??= 'complete'),
    },
  );
  return { answers, end: () => end, stop };
}

async function begun<Some extends ReturnType<typeof listen>>(
  listening: Some,
  channel: string,
): Promise<Some> {
  await vi.waitFor(async () => {
    await speak(channel);
    expect(listening.answers.length).toBeGreaterThan(0);
  }, patience);
  return listening;
}

const gaugeOf = async (gauge: { get(): Promise<{ values: readonly { value: number }[] }> }) =>
  (await gauge.get()).values.reduce((sum, { value }) => sum + value, 0);

/** The response as it comes, unread. */
const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(`${gateway.url}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });

describe('by server-sent events', () => {
  it('questions are answered and completed', async () => {
    const listening = listen('{ ping }');
    await vi.waitFor(() => expect(listening.end()).toBe('complete'), patience);
    expect(listening.answers).toEqual([{ data: { ping: 'pong' } }]);
  });

  it('a stream brings its events to the one signed in, and ends with its client', async () => {
    const { id, token } = await world.somebody();
    const listening = await begun(listen(heard, { channel: 'events' }, token), 'events');
    expect(listening.answers[0]).toEqual({ data: { heard: { text: 'x', me: atob(id).split(':').at(-1) } } });
    listening.stop();
    const { liveStreams, liveConnections } = gateway.app.metrics;
    await vi.waitFor(
      async () => expect([await gaugeOf(liveStreams), await gaugeOf(liveConnections)]).toEqual([0, 0]),
      patience,
    );
  });

  it.each([
    ['what is no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { pong }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing variable', heard, 'BAD_USER_INPUT'],
    ['a fault of ours', '{ fails }', 'INTERNAL_SERVER_ERROR'],
    ['a fault of ours in a source', 'subscription { fails }', 'INTERNAL_SERVER_ERROR'],
  ])('%s is told with its code and an id', async (_, query, code) => {
    const listening = listen(query);
    await vi.waitFor(() => expect(listening.end()).toBe('complete'), patience);
    expect(listening.answers).toMatchObject([
      { errors: [{ extensions: { code, requestId: expect.any(String) as string } }] },
    ]);
    expect(JSON.stringify(listening.answers)).not.toContain('vault');
  });

  it.each([
    ['a body that is no request', '[]', {}, 400],
    ['variables that are text', '{"query":"{ ping }","variables":"x"}', {}, 400],
    ['a forged token', '{"query":"{ ping }"}', { authorization: 'Bearer a.b.c' }, 401],
  ])('%s is refused as over HTTP', async (_, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.statusCode).toBe(status);
    response.destroy();
  });

  it('a stream ends with UNAUTHENTICATED when its session does', async () => {
    const somebody = await world.somebody();
    const { token } = somebody;
    const listening = await begun(listen(heard, { channel: 'session' }, token), 'session');
    await somebody.query('mutation { signOut { endedSessions } }');
    await vi.waitFor(() => expect(listening.end()).toBe('complete'), patience);
    expect(listening.answers.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('who reads nothing is cut, and others are not', { timeout: 60_000 }, async () => {
    const other = await begun(listen(heard, { channel: 'slow' }), 'slow');
    const response = await post(JSON.stringify({ query: heard, variables: { channel: 'slow' } }));
    const { liveConnections } = gateway.app.metrics;
    await vi.waitFor(async () => expect(await gaugeOf(liveConnections)).toBe(2), patience);
    response.pause();
    await vi.waitFor(
      async () => {
        await speak('slow', 'x'.repeat(35_000));
        expect(await gaugeOf(liveConnections)).toBe(1);
      },
      { timeout: 50_000, interval: 1 },
    );
    await speak('slow', 'still here');
    await vi.waitFor(() => expect(JSON.stringify(other.answers.at(-1))).toContain('still here'), patience);
    response.destroy();
  });

  it('streams end when the gateway stops', async () => {
    const stopping = await world.anotherGateway({ overrides: { schema: liveSchema() } });
    const client = createClient({ url: `${stopping.url}/graphql`, retryAttempts: 0 });
    clients.push(client);
    const answers: unknown[] = [];
    client.subscribe(
      { query: heard, variables: { channel: 'stopping' } },
      { next: (answer) => answers.push(answer), error: () => undefined, complete: () => undefined },
    );
    await vi.waitFor(async () => {
      await speak('stopping');
      expect(answers.length).toBeGreaterThan(0);
    }, patience);
    await stopping.close();
    await vi.waitFor(
      () => expect(answers.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] }),
      patience,
    );
  });
});
