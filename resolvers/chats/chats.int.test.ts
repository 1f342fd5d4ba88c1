import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';
import { createTalk, type Talk } from '../../src/testing/chats/talk.ts';

let world: World;
let talk: Talk;
let alice: Person;
let bob: Person;
let carol: Person;
beforeAll(async () => {
  world = await createWorld();
  talk = createTalk(world);
  [alice, bob, carol] = [await world.somebody(), await world.somebody(), await world.somebody()];
});
afterAll(() => world.close());

const codesOf = (errors: readonly { readonly extensions: { readonly code: string } }[]) =>
  errors.map(({ extensions }) => extensions.code);

describe('a direct chat', () => {
  it('is one, whoever opens it, at the same moment too', async () => {
    const [one, other] = [await world.somebody(), await world.somebody()];
    const opened = await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        turn % 2 === 0 ? talk.direct(one, other) : talk.direct(other, one),
      ),
    );
    expect(new Set(opened).size).toBe(1);
  });

  it('has its two members, and takes no others', async () => {
    const chatId = await talk.direct(alice, bob);
    const { data } = await alice.query(
      'query ($id: ID!) { chat(id: $id) { kind title members { nodes { role user { id } } } } }',
      { id: chatId },
    );
    expect(data).toEqual({
      chat: {
        kind: 'DIRECT',
        title: null,
        members: { nodes: [alice, bob].map(({ id }) => ({ role: 'MEMBER', user: { id } })) },
      },
    });
    expect(await talk.add(alice, chatId, carol)).toEqual(['NOT_A_GROUP']);
    expect(await talk.remove(alice, chatId, alice)).toEqual(['NOT_A_GROUP']);
  });

  it.each([
    ['with nobody', () => []],
    ['with oneself', () => [alice.id]],
    ['with nobody that there is', () => [toGlobalId('User', '999999999')]],
    ['with two', () => [bob.id, carol.id]],
  ])('is refused %s', async (_, userIds) => {
    expect(await talk.start(alice, { userIds: userIds() })).toMatchObject({
      chat: null,
      userErrors: [{ code: 'INVALID_MEMBERS', field: ['input', 'userIds'] }],
    });
  });
});

describe('a chat of others', () => {
  it('answers in every field like one that does not exist', async () => {
    const theirs = await talk.direct(alice, bob);
    const { id: message } = await talk.send(alice, theirs, 'between us');
    const ask = async (chatId: string, messageId: string) => {
      const [chat, user] = [`chatId: "${chatId}"`, `userId: "${carol.id}"`];
      const id = `id: "${messageId}"`;
      const change = (name: string, input: string) =>
        carol.query(`mutation { ${name}(input: { ${input} }) { userErrors { code } } }`);
      const answers = [
        await carol.query('query ($id: ID!) { chat(id: $id) { id } }', { id: chatId }),
        await carol.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [chatId, messageId] }),
        await change('addChatMember', `${chat}, ${user}`),
        await change('removeChatMember', `${chat}, ${user}`),
        await change('sendMessage', `${chat}, text: "x", clientMessageId: "x"`),
        await change('editMessage', `${id}, text: "x"`),
        await change('deleteMessage', id),
        await change('markChatRead', chat),
      ];
      return answers.flatMap(({ errors }) =>
        errors.map(({ message, extensions }) => [message, extensions.code]),
      );
    };
    const [anothers, nobodys] = [
      await ask(theirs, message),
      await ask(toGlobalId('Chat', '999999'), toGlobalId('Message', '999999.1')),
    ];
    expect(anothers).toEqual(nobodys);
    expect(anothers.map(([, code]) => code)).toEqual(Array(9).fill('NOT_FOUND'));
  });

  it('is in nobody else’s list', async () => {
    await talk.direct(alice, bob);
    const { errors } = await carol.query('query ($id: ID!) { user(id: $id) { chats { nodes { id } } } }', {
      id: alice.id,
    });
    expect(codesOf(errors)).toEqual(['FORBIDDEN']);
  });
});

describe('a list of chats', () => {
  it('has the latest message first, by pages', async () => {
    const me = await world.somebody();
    const chats: string[] = [];
    for (const title of ['one', 'two', 'three', 'four', 'five'])
      chats.push(await talk.group(me, title, [bob]));
    await talk.send(bob, chats[1] ?? '', 'hello');
    await talk.send(me, chats[3] ?? '', 'hello');
    expect(await talk.listed(me, 2)).toEqual([3, 1, 4, 2, 0].map((index) => chats[index]));
  });
});

describe('messages', () => {
  it('are sent once for each client’s id, by fifty at the same moment too', async () => {
    const chatId = await talk.group(alice, 'Once', [bob]);
    const sent = await Promise.all(
      Array.from({ length: 50 }, () => talk.send(alice, chatId, 'once', 'the-one')),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    const history = await talk.history(bob, chatId, 100);
    expect(history.filter(({ text }) => text === 'once')).toHaveLength(1);
    expect(await talk.versionOf(chatId)).toBe(1);
    // The same id of another author is another message.
    expect((await talk.send(bob, chatId, 'once', 'the-one')).id).not.toBe(sent[0]?.id);
  });

  it('are changed and taken back by their author alone, and keep their place', async () => {
    const chatId = await talk.group(alice, 'Work', [bob]);
    const [first, second] = [await talk.send(alice, chatId, 'first'), await talk.send(bob, chatId, 'second')];
    expect(await talk.edit(bob, first.id, 'mine now')).toEqual(['NOT_THE_AUTHOR']);
    expect(await talk.edit(alice, first.id, 'first, better')).toEqual([]);
    expect(await talk.takeBack(bob, second.id)).toEqual([]);
    expect(await talk.takeBack(bob, second.id)).toEqual(['NOT_THE_AUTHOR']);
    expect(await talk.edit(bob, second.id, 'again')).toEqual(['NOT_THE_AUTHOR']);
    const { data } = await alice.query(
      'query ($id: ID!) { chat(id: $id) { messages { nodes { text editedAt deletedAt author { id } } } } }',
      { id: chatId },
    );
    expect(data).toEqual({
      chat: {
        messages: {
          nodes: [
            { text: null, editedAt: null, deletedAt: expect.any(String) as string, author: { id: bob.id } },
            {
              text: 'first, better',
              editedAt: expect.any(String) as string,
              deletedAt: null,
              author: { id: alice.id },
            },
          ],
        },
      },
    });
  });

  it.each([
    ['without text', '', 'id', ['input', 'text']],
    ['of blanks', ' \n ', 'id', ['input', 'text']],
    ['of 4,001 characters', 'x'.repeat(4_001), 'id', ['input', 'text']],
    ['without a client’s id', 'x', '', ['input', 'clientMessageId']],
    ['with a client’s id of 101 characters', 'x', 'i'.repeat(101), ['input', 'clientMessageId']],
  ])('are refused %s', async (_, text, clientMessageId, field) => {
    const chatId = await talk.direct(alice, bob);
    const { data } = await alice.query(
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } userErrors { code field } } }',
      { input: { chatId, text, clientMessageId } },
    );
    expect(data).toEqual({ sendMessage: { message: null, userErrors: [{ code: 'INVALID_LENGTH', field }] } });
  });

  it('are found by their ids', async () => {
    const chatId = await talk.direct(alice, bob);
    const { id } = await talk.send(alice, chatId, 'findable');
    const { data } = await bob.query('query ($id: ID!) { node(id: $id) { ... on Message { id text } } }', {
      id,
    });
    expect(data).toEqual({ node: { id, text: 'findable' } });
  });
});

describe('a group', () => {
  it('is managed by its owner and admins, and the owner stays', async () => {
    const chatId = await talk.group(alice, 'Garden', [bob]);
    expect(await talk.add(bob, chatId, carol)).toEqual(['NOT_A_GROUP_ADMIN']);
    expect(await talk.add(alice, chatId, carol, 'OWNER')).toEqual(['OWNER_STAYS']);
    expect(await talk.add(alice, chatId, carol, 'ADMIN')).toEqual([]);
    const dora = await world.somebody();
    expect(await talk.add(carol, chatId, dora, 'ADMIN')).toEqual(['NOT_A_GROUP_ADMIN']);
    expect(await talk.add(carol, chatId, dora)).toEqual([]);
    expect(await talk.add(carol, chatId, dora)).toEqual([]);
    expect(await talk.remove(bob, chatId, dora)).toEqual(['NOT_A_GROUP_ADMIN']);
    expect(await talk.remove(carol, chatId, alice)).toEqual(['OWNER_STAYS']);
    expect(await talk.remove(alice, chatId, alice)).toEqual(['OWNER_STAYS']);
    expect(await talk.remove(dora, chatId, dora)).toEqual([]);
    expect(await talk.remove(carol, chatId, dora)).toEqual([]);
    expect(await talk.members(alice, chatId, 2)).toEqual([
      [alice.id, 'OWNER'],
      [bob.id, 'MEMBER'],
      [carol.id, 'ADMIN'],
    ]);
  });

  it.each([
    ['without a title', '', 'INVALID_LENGTH'],
    ['with a title of 101 characters', 'x'.repeat(101), 'INVALID_LENGTH'],
  ])('is refused %s', async (_, title, code) => {
    expect(await talk.start(alice, { userIds: [bob.id], title })).toMatchObject({
      userErrors: [{ code, field: ['input', 'title'] }],
    });
  });

  it('has a thousand members exactly, whoever adds the last ones at the same moment', async () => {
    const rows = await onServer<{ id: string }>(
      world.database.primaryUrl,
      `INSERT INTO users (username, password_hash, display_name)
       SELECT 'crowd_' || n, '-', 'Somebody' FROM generate_series(1, 1010) AS n RETURNING id::text`,
    );
    const ids = rows.map(({ id }) => toGlobalId('User', id));
    expect(await talk.start(alice, { title: 'Crowd', userIds: ids.slice(0, 1_000) })).toMatchObject({
      userErrors: [{ code: 'GROUP_FULL' }],
    });
    const { chat } = await talk.start(alice, { title: 'Crowd', userIds: ids.slice(0, 995) });
    const chatId = chat?.id ?? '';
    const outcomes = await Promise.all(ids.slice(995).map((id) => talk.add(alice, chatId, { id })));
    expect(outcomes.filter((codes) => codes.length === 0)).toHaveLength(4);
    expect(outcomes.flat()).toEqual(Array(11).fill('GROUP_FULL'));
    expect(await talk.members(alice, chatId, 100)).toHaveLength(1_000);
  }, 60_000);

  it('is read no more on any gateway once one is removed, and is read again once one is back', async () => {
    const other = createTalk(world, (await world.anotherGateway()).url);
    const chatId = await talk.group(alice, 'Now and then', [bob]);
    for (let times = 0; times < 10; times += 1) {
      const { id } = await talk.send(bob, chatId, 'still here');
      expect(await other.history(bob, chatId, 100)).toHaveLength(times + 1);
      await talk.remove(alice, chatId, bob);
      await expect(other.history(bob, chatId, 100)).rejects.toThrow('NOT_FOUND');
      await expect(other.send(bob, chatId, 'not any more')).rejects.toThrow('NOT_FOUND');
      await expect(other.edit(bob, id, 'not any more')).rejects.toThrow('NOT_FOUND');
      expect(await other.listed(bob, 100)).not.toContain(chatId);
      await other.add(alice, chatId, bob);
    }
  }, 60_000);
});
