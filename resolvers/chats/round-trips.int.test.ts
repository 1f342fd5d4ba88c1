import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTalk, type Talk } from '../../src/testing/chats/talk.ts';
import { quiet, type Counts, type Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

/** What a signed-in request costs before anything of it is resolved: its session, with the note of what that has written. */
const signedInAnd = (more: number): Counts => ({ redis: { both: 1 + more }, postgres: {} });

/** Whole answers are not kept: what they are made of is what is counted here. */
const apart = { ...quiet, env: { ...quiet.env, RESPONSE_CACHE_MB: '0' } };

let world: World;
let second: Gateway;
let talk: Talk;
let sender: Person;
/** Has written nothing of late: else the copies of the process are passed over. */
let reader: Person;
let chatId: string;
beforeAll(async () => {
  world = await createWorld(apart);
  second = await world.anotherGateway(apart);
  talk = createTalk(world);
  reader = await world.somebody();
  sender = await world.somebody();
  const others = await Promise.all(Array.from({ length: 4 }, () => world.somebody()));
  chatId = await talk.group(sender, 'Counted', [reader, ...others]);
  for (let turn = 0; turn < 60; turn += 1)
    await talk.send([sender, ...others][turn % 5] ?? sender, chatId, `message ${turn}`);
  await world.database.replicated();
});
afterAll(() => world.close());

async function costs(gateway: Gateway, query: string): Promise<Counts> {
  // Else it would be noted meanwhile that the reader is there.
  await gateway.query('{ viewer { username } }', { token: reader.token });
  const { result, counts } = await gateway.counting(() =>
    gateway.query<{ chat: unknown }>(query, { variables: { id: chatId }, token: reader.token }),
  );
  expect(result.errors).toEqual([]);
  return counts;
}

const withAuthors = `query ($id: ID!) {
  chat(id: $id) { title messages(first: 50) { nodes { text sentAt author { displayName } } } }
}`;
describe('a chat with 50 messages and their authors', () => {
  it('costs one round trip for the membership, where this process has copies of the rest', async () => {
    await costs(world.gateway, withAuthors);
    await costs(world.gateway, withAuthors);
    expect(await costs(world.gateway, withAuthors)).toEqual(signedInAnd(1));
  });

  it('costs three, one for each step, where only Redis has them', async () => {
    await costs(world.gateway, withAuthors);
    // Membership and chat; messages; authors.
    expect(await costs(second, withAuthors)).toEqual(signedInAnd(3));
    expect(await costs(second, withAuthors)).toEqual(signedInAnd(1));
  });
});

describe('the same with who of them is there', () => {
  const withPresence = `query ($id: ID!) {
    chat(id: $id) { messages(first: 50) { nodes { author { displayName presence { isOnline } } } } }
  }`;

  it('costs three in all: the session, the membership, all presences at once', async () => {
    await costs(world.gateway, withPresence);
    await costs(world.gateway, withPresence);
    expect(await costs(world.gateway, withPresence)).toEqual(signedInAnd(2));
  });
});

describe('a chat', () => {
  it('is asked for beside the membership, in one round trip, and so are the parts of it', async () => {
    const third = await world.anotherGateway(apart);
    const whole =
      'query ($id: ID!) { chat(id: $id) { title unreadCount members { nodes { role } } messages { nodes { id } } } }';
    await costs(world.gateway, whole);
    expect(await costs(third, whole)).toEqual(signedInAnd(2));
  });

  it('is nothing to who is not signed in', async () => {
    const { result, counts } = await world.gateway.counting(() =>
      world.gateway.query('query ($id: ID!) { chat(id: $id) { title } }', { variables: { id: chatId } }),
    );
    expect(result.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(counts).toEqual({ redis: {}, postgres: {} });
  });
});

describe('sending a message', () => {
  it('is one transaction of five statements, and one round trip to write it through', async () => {
    await talk.send(sender, chatId, 'warm');
    const { counts } = await world.gateway.counting(() => talk.send(sender, chatId, 'counted'));
    // Session and its note; membership; the entry; the notice to listeners; the note of this write.
    expect(counts).toEqual({ redis: { both: 5 }, postgres: { primary: 5 } });
  });
});
