import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { projectRoot } from '../config/project-root.ts';
import { createTalk } from '../testing/chats/talk.ts';
import { onServer } from '../testing/database.ts';
import type { Gateway } from '../testing/gateway.ts';
import { createFaulty } from '../testing/prove/faults/faulty.ts';
import { seenAtUpgrade, seenOver, type Asking, type SeenError } from '../testing/seen-errors.ts';
import { createWorld, type Person, type World } from '../testing/world.ts';
import { errorCodes, type ErrorCode } from './codes.ts';
import { DomainError, unavailable } from './domain-error.ts';

const faulty = createFaulty();
let world: World;
/** Its streams have room for no message. */
let narrow: Gateway;
let user: Person;
let other: Person;

beforeAll(async () => {
  world = await createWorld({
    env: { RATE_LIMIT: '300', MAX_COST: '500' },
    overrides: { around: faulty.around },
  });
  narrow = await world.anotherGateway({ overrides: { pubsubSettings: { maxMessages: 0 } } });
  [user, other] = [await world.somebody(), await world.somebody()];
  await onServer(world.database.primaryUrl, failingAsTold);
});
afterAll(() => world.close());

/** Postgres fails with whatever state the new status message of a user names. */
const failingAsTold = `
  CREATE FUNCTION fail_as_told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.status_message ~ '^[0-9A-Z]{5}$' THEN RAISE EXCEPTION 'secret' USING ERRCODE = NEW.status_message; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER fail_as_told BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION fail_as_told()`;

type Transport = keyof typeof seenOver;
type Reach = () => Promise<SeenError>;
type Reaches = Readonly<Record<Transport, Reach>>;
/** How a client comes to see the code, or why it cannot. */
type Ways = Readonly<Record<Transport, Reach | readonly Reach[] | { readonly never: string }>>;
type More = () => Omit<Asking, 'body'>;

const over =
  (transport: Transport, body: object, more: More = () => ({})): Reach =>
  () =>
    seenOver[transport](world.gateway.url, { body, ...more() });

/** The same operation by each of the transports. */
const everywhere = (body: object, more?: More): Reaches => ({
  post: over('post', body, more),
  sse: over('sse', body, more),
  socket: over('socket', body, more),
});

/** By more than one way: at a field, then for a request as a whole. */
const also = ({ post, sse, socket }: Reaches, whole: Partial<Reaches>): Ways => ({
  post: [post, whole.post ?? []].flat(),
  sse: [sse, whole.sse ?? []].flat(),
  socket: [socket, whole.socket ?? []].flat(),
});

const asUser: More = () => ({ token: user.token });
const forged: More = () => ({ token: 'a.b.c' });
const nothingMuch = { query: '{ __typename }' };

const change = (name: string, input: object) => ({
  query: `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
  variables: { input },
});
const failingWith = (state: string) => everywhere(change('updateProfile', { statusMessage: state }), asUser);

const chatsOfChats = (times: number) => ({
  query: `{ ${Array.from(
    { length: times },
    (_, index) =>
      `a${index}: viewer { chats(first: 100) { nodes { messages(first: 100) { nodes { id text } } } } }`,
  ).join(' ')} }`,
});

/** Somebody whose session no cache has, while looking for it fails. */
const whileSessionsFail = (thrown: Error): Partial<Reaches> => ({
  async post() {
    const { token } = await world.somebody();
    faulty.begin({ place: 'cache', thrown });
    return over('post', nothingMuch, () => ({ token }))().finally(() => faulty.end());
  },
});

/** A code that is not here does not compile. */
const ways: Readonly<Record<ErrorCode, Ways>> = {
  GRAPHQL_PARSE_FAILED: everywhere({ query: '{' }),
  GRAPHQL_VALIDATION_FAILED: everywhere({ query: '{ nothing }' }),
  OPERATION_RESOLUTION_FAILURE: everywhere({ query: 'query One { __typename }', operationName: 'Two' }),
  PERSISTED_QUERY_NOT_FOUND: everywhere({
    extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } },
  }),
  BAD_USER_INPUT: everywhere({
    query: 'query ($first: Int) { products(first: $first) { nodes { name } } }',
    variables: { first: 'many' },
  }),
  BAD_REQUEST: everywhere({ documentId: 7 }),
  UNAUTHENTICATED: also(everywhere({ query: 'mutation { signOut { endedSessions } }' }), {
    post: over('post', nothingMuch, forged),
    sse: over('sse', nothingMuch, forged),
  }),
  FORBIDDEN: also(
    everywhere(change('restockProduct', { id: toGlobalId('Product', '1'), quantity: 1 }), asUser),
    { socket: () => seenAtUpgrade(world.gateway.url, 'https://evil.example.com') },
  ),
  STEP_UP_REQUIRED: everywhere({ query: '{ viewer { accounts { nodes { id } } } }' }, asUser),
  NOT_FOUND: also(everywhere({ query: `{ product(id: "${toGlobalId('Product', '9')}") { name } }` }), {
    post: over('post', {}, () => ({ path: '/graphql/nowhere' })),
  }),
  CONFLICT: failingWith('40001'),
  RATE_LIMITED: everywhere(chatsOfChats(4), asUser),
  COST_LIMIT_EXCEEDED: everywhere(chatsOfChats(6), asUser),
  DOCUMENT_NOT_TRUSTED: everywhere({ documentId: 'web/None' }),
  TIMEOUT: also(failingWith('57014'), whileSessionsFail(new DomainError('TIMEOUT', 'Too long.'))),
  UPSTREAM_UNAVAILABLE: also(failingWith('53300'), whileSessionsFail(unavailable('The cache'))),
  TOO_SLOW: {
    post: { never: 'it has no streams' },
    sse: tooSlow,
    socket: { never: 'an error would wait behind what is not read: the socket is closed, with 1013' },
  },
  SHUTTING_DOWN: {
    post: { never: 'what comes on an open connection is answered to the end, and no new one is taken' },
    sse: shuttingDown,
    socket: { never: 'the socket is closed, with 1001' },
  },
  INTERNAL_SERVER_ERROR: also(failingWith('XX000'), whileSessionsFail(new TypeError('secret'))),
};

async function tooSlow(): Promise<SeenError> {
  const talk = createTalk(world);
  const chatId = await talk.group(user, 'Narrow', [other]);
  const query = 'subscription ($chatId: ID!) { messageAdded(chatId: $chatId) { text } }';
  let isSeen = false;
  const seen = seenOver
    .sse(narrow.url, { body: { query, variables: { chatId } }, token: other.token })
    .finally(() => (isSeen = true));
  await vi.waitFor(
    async () => {
      await talk.send(user, chatId, 'is anybody there?');
      expect(isSeen).toBe(true);
    },
    { timeout: 10_000, interval: 5 },
  );
  return seen;
}

async function shuttingDown(): Promise<SeenError> {
  const stopping = await world.anotherGateway({});
  const body = { query: 'subscription { notificationReceived { id } }' };
  const seen = seenOver.sse(stopping.url, { body, token: user.token });
  await vi.waitFor(
    async () => expect((await stopping.app.metrics.liveStreams.get()).values[0]?.value).toBe(1),
    { timeout: 10_000, interval: 5 },
  );
  await stopping.close();
  return seen;
}

/** On a busy machine a server misses a deadline now and then: whoever is told to retry later does. */
async function patiently(reach: Reach, code: string): Promise<SeenError> {
  for (let retries = 0; ; retries++) {
    const seen = await reach();
    if (seen.code !== 'UPSTREAM_UNAVAILABLE' || seen.code === code || retries === 5) return seen;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What the documents say, by code. */
const written = new Map(
  readFileSync(path.join(projectRoot(import.meta.url), 'docs/errors.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, code = '', statuses = ''] = /^\| `([A-Z_]+)` .*\| ([\d, –]+?) +\|$/.exec(line) ?? [];
      return code === '' ? [] : [[code, statuses.split(', ').map(Number)] as const];
    }),
);

const cells = Object.entries(ways).flatMap(([code, transports]) =>
  Object.entries(transports).flatMap(([transport, way]) => {
    const reaches = 'never' in way ? [] : [way].flat();
    return reaches.map((reach, index) => {
      const what = `${code} over ${transport}${index === 0 ? '' : ', for the request as a whole'}`;
      return [what, code, reach] as const;
    });
  }),
);

it('the documents have each code, and no other', () => {
  expect([...written.keys()]).toEqual(Object.keys(errorCodes));
});

describe('a client comes to see', () => {
  it.each(cells)('%s', async (_, code, reach) => {
    const { requestId, status, isWhole, ...seen } = await patiently(reach, code);
    expect(seen.code).toBe(code);
    expect(requestId).toMatch(/^[\w-]{16,}$/);
    // Within sockets and streams there is none.
    if (status !== undefined && !isWhole) expect(status).toBe(200);
    if (status !== undefined && isWhole) expect(written.get(code)).toContain(status);
  });
});
