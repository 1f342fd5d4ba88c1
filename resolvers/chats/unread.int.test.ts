import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { createTalk, type Talk } from '../../src/testing/chats/talk.ts';
import { onServer } from '../../src/testing/database.ts';
import { quiet } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let talk: Talk;
let me: Person;
let other: Person;
let chatId: string;
beforeAll(async () => {
  world = await createWorld(quiet);
  talk = createTalk(world);
  [me, other] = [await world.somebody(), await world.somebody()];
});
afterAll(() => world.close());
beforeEach(async () => {
  chatId = await talk.group(me, 'Unread', [other]);
});

/** Past the gateway, so many at once; nothing of the chat is cached yet. */
async function flood(messages: number): Promise<void> {
  await onServer(
    world.database.primaryUrl,
    `INSERT INTO messages (chat_id, id, author_id, client_message_id, text)
     SELECT chat_id, last_message_id + n, $2, 'flood-' || n, 'x' FROM chat_heads, generate_series(1, $3) AS n
     WHERE chat_id = $1 ORDER BY n`,
    [idOf('Chat', chatId), idOf('User', other.id), messages],
  );
  await world.database.replicated();
}

it('counts what others have sent, and not what they have taken back', async () => {
  expect(await talk.unread(me, chatId)).toBe(0);
  const first = await talk.send(other, chatId, 'one');
  await talk.send(me, chatId, 'mine');
  await talk.send(other, chatId, 'two');
  expect([await talk.unread(me, chatId), await talk.unread(other, chatId)]).toEqual([2, 1]);
  await talk.takeBack(other, first.id);
  expect(await talk.unread(me, chatId)).toBe(1);
});

it('ends with what is marked, which never goes back', async () => {
  const sent: { readonly id: string }[] = [];
  for (const text of ['one', 'two', 'three']) sent.push(await talk.send(other, chatId, text));
  const mark = async (place?: number) => {
    await talk.markRead(me, chatId, place === undefined ? undefined : sent[place]?.id);
    return talk.unread(me, chatId);
  };
  expect(await mark(1)).toBe(1);
  expect(await mark(0)).toBe(1);
  expect(await mark()).toBe(0);
  expect(await mark(0)).toBe(0);
  await talk.send(other, chatId, 'four');
  expect(await talk.unread(me, chatId)).toBe(1);
});

it('is marked up to what there is, where a message is named that is not there yet', async () => {
  const future = toGlobalId('Message', `${idOf('Chat', chatId)}.${'9'.repeat(18)}`);
  await talk.markRead(me, chatId, future);
  await talk.send(other, chatId, 'later');
  expect(await talk.unread(me, chatId)).toBe(1);
});

it('is refused with a message of another chat', async () => {
  const elsewhere = await talk.send(other, await talk.direct(other, me), 'elsewhere');
  await expect(talk.markRead(me, chatId, elsewhere.id)).rejects.toThrow('BAD_USER_INPUT');
});

it('is exact beyond the cached hundred', async () => {
  await flood(250);
  expect(await talk.unread(me, chatId)).toBe(250);
  const history = await talk.history(me, chatId, 100);
  await talk.markRead(me, chatId, history[99]?.id);
  expect(await talk.unread(me, chatId)).toBe(99);
  await talk.markRead(me, chatId, history[98]?.id);
  expect(await talk.unread(me, chatId)).toBe(98);
  expect(await talk.unread(other, chatId)).toBe(0);
});

it('stops counting at a thousand', async () => {
  await flood(1_100);
  expect(await talk.unread(me, chatId)).toBe(1_000);
});

it('begins with the membership: what was sent before is not unread', async () => {
  const late = await world.somebody();
  await talk.send(other, chatId, 'before');
  await talk.add(me, chatId, late);
  expect(await talk.unread(late, chatId)).toBe(0);
  await talk.send(other, chatId, 'behind');
  expect(await talk.unread(late, chatId)).toBe(1);
});

it('costs a send one entry, however many members there are', async () => {
  for (let times = 0; times < 20; times += 1) await talk.add(me, chatId, await world.somebody());
  await talk.send(other, chatId, 'warm');
  const { counts } = await world.gateway.counting(() => talk.send(other, chatId, 'counted'));
  // Session and its note, membership, entry, notice to listeners, the note of this write.
  expect(counts.redis).toEqual({ both: 5 });
});
