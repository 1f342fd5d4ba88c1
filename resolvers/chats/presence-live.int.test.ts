import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen, liveClient, type LiveClient } from '../../src/testing/live/live-client.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let other: Gateway;
let clients: LiveClient[] = [];
beforeAll(async () => {
  world = await createWorld();
  other = await world.anotherGateway();
});
afterEach(async () => {
  for (const client of clients) await client.close();
  clients = [];
});
afterAll(() => world.close());

const patience = { timeout: 30_000, interval: 50 };

function connect({ token }: Person, gateway = other): LiveClient {
  const client = liveClient(gateway.url, { token });
  clients.push(client);
  return client;
}

const beat = (who: Person) => who.query('mutation { heartbeat { userErrors { code } } }');

describe('presenceChanged', () => {
  const query = `subscription ($ids: [ID!]!) { presenceChanged(userIds: $ids) { username presence { isOnline } } }`;

  it('tells on another gateway who comes, and of nobody else', async () => {
    const [me, friend, stranger] = [await world.somebody(), await world.somebody(), await world.somebody()];
    const heard = listen(connect(me), query, { ids: [friend.id] });
    await expect.poll(() => followed(other), patience).toBe(1);
    await beat(stranger);
    await beat(friend);
    await expect
      .poll(() => heard.answers, patience)
      .toEqual([{ data: { presenceChanged: { username: friend.username, presence: { isOnline: true } } } }]);
    await beat(friend);
    expect(heard.answers).toHaveLength(1);
    heard.stop();
    await expect.poll(() => followed(other), patience).toBe(0);
  });

  it.each([
    ['none', 0],
    ['more than 200', 201],
  ])('refuses %s', async (_, count) => {
    const me = await world.somebody();
    const ids = Array.from({ length: count }, (_each, index) =>
      Buffer.from(`1:User:${index + 1}`).toString('base64url'),
    );
    const heard = listen(connect(me), query, { ids });
    await expect
      .poll(() => JSON.stringify([heard.answers, heard.end()]), patience)
      .toContain('BAD_USER_INPUT');
  });
});

describe('typing', () => {
  const query = 'subscription ($id: ID!) { typing(chatId: $id) { user { username } until } }';
  const typing = (who: Person, id: string) =>
    who.query(
      'mutation ($id: ID!) { setTyping(input: { chatId: $id }) { chat { id } userErrors { code } } }',
      { id },
    );

  async function startGroup(owner: Person, ...members: readonly Person[]): Promise<string> {
    const { data } = await owner.query<{ startChat: { chat: { id: string } } }>(
      'mutation ($ids: [ID!]!) { startChat(input: { userIds: $ids, title: "Group" }) { chat { id } userErrors { code } } }',
      { ids: members.map(({ id }) => id) },
    );
    return data?.startChat.chat.id ?? '';
  }

  it('is heard by the other members on every gateway, until they are removed', async () => {
    const [owner, one] = [await world.somebody(), await world.somebody()];
    const [two, stranger] = [await world.somebody(), await world.somebody()];
    const chat = await startGroup(owner, one, two);
    const [own, others, nobodys] = [
      listen(connect(owner), query, { id: chat }),
      listen(connect(one), query, { id: chat }),
      listen(connect(stranger), query, { id: chat }),
    ];
    await expect
      .poll(() => JSON.stringify([nobodys.answers, nobodys.end()]), patience)
      .toContain('NOT_FOUND');
    await expect.poll(() => followed(other), patience).toBe(2);
    for (let n = 0; n < 5; n += 1) expect((await typing(owner, chat)).errors).toEqual([]);
    await expect.poll(() => others.answers.length, patience).toBe(1);
    expect(others.answers).toEqual([
      { data: { typing: { user: { username: owner.username }, until: expect.any(String) as string } } },
    ]);
    expect(own.answers).toEqual([]);
    expect((await typing(stranger, chat)).errors[0]?.extensions.code).toBe('NOT_FOUND');
    const { errors } = await owner.query(
      'mutation ($chat: ID!, $user: ID!) { removeChatMember(input: { chatId: $chat, userId: $user }) { userErrors { code } } }',
      { chat, user: one.id },
    );
    expect(errors).toEqual([]);
    await expect.poll(() => others.end(), patience).toBe('complete');
  });
});

/** Streams that wait for messages on the gateway. */
async function followed(gateway: Gateway): Promise<number> {
  return (await gateway.app.metrics.pubsubSubscriptions.get()).values[0]?.value ?? 0;
}
