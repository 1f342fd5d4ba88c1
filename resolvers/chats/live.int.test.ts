import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTalk, type Talk } from '../../src/testing/chats/talk.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { listen, liveClient, type Listening, type LiveClient } from '../../src/testing/live/live-client.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

const chatCount = 10;
/** Per chat; `npm test` need not send as many as a proof would. */
const messageCount = 60;
const patience = { timeout: 60_000, interval: 50 };

let world: World;
let gateways: readonly [Gateway, Gateway];
let talks: readonly [Talk, Talk];
let reader: Person;
let people: readonly Person[];
let chatIds: readonly string[];
const clients: LiveClient[] = [];
beforeAll(async () => {
  world = await createWorld();
  gateways = [world.gateway, await world.anotherGateway()];
  talks = [createTalk(world), createTalk(world, gateways[1].url)];
  reader = await world.somebody();
  people = [reader, ...(await Promise.all([1, 2, 3].map(() => world.somebody())))];
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await world.close();
});

const document =
  'subscription ($id: ID!, $after: ID) { messageAdded(chatId: $id, after: $after) { id text } }';

function connect(gateway: Gateway, { token }: Person): LiveClient {
  const client = liveClient(gateway.url, { token });
  clients.push(client);
  return client;
}

const idsOf = ({ answers }: Listening) =>
  answers.map(({ data, errors }) => {
    const message = data?.['messageAdded'] as { readonly id: string } | null | undefined;
    return message?.id ?? JSON.stringify(errors);
  });

async function openChats(): Promise<readonly string[]> {
  const [owner, ...others] = people;
  if (owner === undefined) throw new Error('nobody');
  return Promise.all(Array.from({ length: chatCount }, (_, n) => talks[0].group(owner, `Chat ${n}`, others)));
}

/** Everybody writes in every chat, through both gateways, all at once. */
async function sendAll(through: readonly Talk[]): Promise<void> {
  const perSender = messageCount / people.length;
  await Promise.all(
    people.map(async (person, n) => {
      for (let turn = 0; turn < perSender; turn += 1)
        for (const chatId of chatIds)
          await through[(n + turn) % through.length]?.send(person, chatId, `turn ${turn}`);
    }),
  );
}

/** Oldest first, as Postgres has them. */
const historyOf = async (chatId: string) => {
  const messages = await talks[1].history(reader, chatId, 100);
  return messages.map(({ id }) => id).toReversed();
};

describe('two gateways with two clients each', () => {
  it('bring every message of ten chats to every client once and in order', async () => {
    chatIds = await openChats();
    // Behind the first message, so that it does not matter when a stream has begun.
    const first = new Map<string, string>();
    for (const chatId of chatIds) first.set(chatId, (await talks[0].send(reader, chatId, 'first')).id);
    const clientsOf = people.map((person, n) => connect(gateways[n % 2 === 0 ? 0 : 1], person));
    const streams = clientsOf.flatMap((client) =>
      chatIds.map((id) => ({ chatId: id, stream: listen(client, document, { id, after: first.get(id) }) })),
    );
    await sendAll(talks);
    for (const { chatId, stream } of streams) {
      const expected = (await historyOf(chatId)).slice(1);
      expect(expected).toHaveLength(messageCount);
      await vi.waitFor(() => expect(idsOf(stream)).toHaveLength(messageCount), patience);
      expect(idsOf(stream)).toEqual(expected);
    }
    for (const { stream } of streams) stream.stop();
  }, 240_000);

  it('lose and double nothing where one is stopped and its clients go on from the last message they saw', async () => {
    chatIds = await openChats();
    const doomed = await world.anotherGateway();
    const first = new Map<string, string>();
    for (const chatId of chatIds) first.set(chatId, (await talks[0].send(reader, chatId, 'first')).id);
    const client = connect(doomed, reader);
    const before = chatIds.map((id) => listen(client, document, { id, after: first.get(id) }));
    const sending = sendAll(talks);
    await vi.waitFor(() => expect(before.flatMap(idsOf).length).toBeGreaterThan(40), patience);
    await doomed.close();
    const other = connect(gateways[0], reader);
    const after = chatIds.map((id, n) => {
      const seen = before[n] === undefined ? [] : idsOf(before[n]);
      return { seen, stream: listen(other, document, { id, after: seen.at(-1) ?? first.get(id) }) };
    });
    await sending;
    for (const [n, { seen, stream }] of after.entries()) {
      const expected = (await historyOf(chatIds[n] ?? '')).slice(1);
      await vi.waitFor(() => expect(seen.length + idsOf(stream).length).toBe(messageCount), patience);
      expect([...seen, ...idsOf(stream)]).toEqual(expected);
      stream.stop();
    }
  }, 240_000);
});

describe('who is removed', () => {
  it('sees the stream end within a second, on another gateway than that of the removal', async () => {
    const [owner, member] = people;
    if (owner === undefined || member === undefined) throw new Error('nobody');
    const chatId = await talks[0].group(owner, 'Leaving', [member]);
    const stream = listen(connect(gateways[1], member), document, { id: chatId });
    await vi.waitFor(async () => {
      await talks[0].send(owner, chatId, 'still here');
      expect(idsOf(stream).length).toBeGreaterThan(0);
    }, patience);
    const startedAt = performance.now();
    expect(await talks[0].remove(owner, chatId, member)).toEqual([]);
    await vi.waitFor(() => expect(stream.end()).toBe('complete'), patience);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }, 120_000);

  it('is told NOT_FOUND where they begin again', async () => {
    const [owner, member] = people;
    if (owner === undefined || member === undefined) throw new Error('nobody');
    const chatId = await talks[0].group(owner, 'Left', [member]);
    await talks[0].remove(owner, chatId, member);
    const stream = listen(connect(gateways[1], member), document, { id: chatId });
    await vi.waitFor(() => expect(stream.end()).toBeDefined(), patience);
    expect(JSON.stringify(stream.end())).toContain('NOT_FOUND');
  });
});
