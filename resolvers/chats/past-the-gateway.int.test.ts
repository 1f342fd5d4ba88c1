import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { idOf } from '../../schema/global-id.ts';
import { patience, startBackstop, valueOf } from '../../src/testing/backstop.ts';
import { createTalk, type Talk } from '../../src/testing/chats/talk.ts';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let talk: Talk;
let [alice, bob]: Person[] = [];
beforeAll(async () => {
  world = await createWorld();
  talk = createTalk(world);
  [alice, bob] = [await world.somebody(), await world.somebody()];
});
afterAll(() => world.close());

const psql = (text: string, values: readonly unknown[]) =>
  onServer(world.database.primaryUrl, text, [...values]);

async function startFollowing() {
  const backstop = await startBackstop({
    app: world.app,
    primaryUrl: world.database.primaryUrl,
    redisUrl: inject('redisUrl'),
  });
  await backstop.follows();
  return backstop;
}

it('what is changed in psql is seen, in each table of the domain', async () => {
  if (alice === undefined || bob === undefined) throw new Error('nobody');
  await startFollowing();
  const chatId = await talk.group(alice, 'Before', [bob]);
  const key = idOf('Chat', chatId);
  await talk.send(alice, chatId, 'before');
  const shown = async () => {
    const { data } =
      (await bob?.query(
        'query ($id: ID!) { chat(id: $id) { title unreadCount messages { nodes { text } } members { nodes { role } } } }',
        { id: chatId },
      )) ?? {};
    return JSON.stringify(data?.['chat']);
  };
  const becomes = (text: string) =>
    vi.waitFor(async () => {
      await world.database.replicated();
      expect(await shown()).toContain(text);
    }, patience);

  await becomes('"text":"before"');
  await psql(`UPDATE messages SET text = 'after' WHERE chat_id = $1`, [key]);
  await becomes('"text":"after"');
  // Told to whoever writes through next, too.
  expect(await talk.versionOf(chatId)).toBe(2);
  await psql(`UPDATE chats SET title = 'After' WHERE id = $1`, [key]);
  await becomes('"title":"After"');
  await becomes('"unreadCount":1');
  await psql(`UPDATE chat_reads SET read_id = 9e17 WHERE chat_id = $1`, [key]);
  await becomes('"unreadCount":0');
  await psql(`UPDATE chat_members SET role = 'ADMIN' WHERE chat_id = $1 AND role = 'MEMBER'`, [key]);
  await becomes('"role":"ADMIN"');
  await psql(`DELETE FROM chat_members WHERE chat_id = $1 AND user_id = $2`, [key, idOf('User', bob.id)]);
  await becomes('null');
}, 60_000);

it('a send through a gateway costs the backstop its own entry, and no other', async () => {
  if (alice === undefined || bob === undefined) throw new Error('nobody');
  const { metrics } = await startFollowing();
  const chatId = await talk.group(alice, 'Quiet', [bob]);
  await talk.send(alice, chatId, 'first');
  const settled = async () => {
    const transactions = await valueOf(metrics.backstopTransactions);
    await vi.waitFor(
      async () => expect(await valueOf(metrics.backstopTransactions)).toBeGreaterThan(transactions + 2),
      patience,
    );
    return valueOf(metrics.backstopKeys);
  };
  const before = await settled();
  await talk.send(alice, chatId, 'second');
  expect((await settled()) - before).toBe(1);
}, 60_000);
