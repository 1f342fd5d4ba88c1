import { parse, subscribe } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { seededRandom } from '../../src/clock/random.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { openAccounts, storeOf, type Gateway } from '../../src/testing/accounts.ts';
import { createFakePubSub, type FakePubSub } from '../../src/testing/fake-pubsub.ts';
import { onServer } from '../../src/testing/database.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.ts';
import { channelOf, decodeNotice } from './channel.ts';
import { createTurns } from '../../src/limits/turns.ts';
import { createConversations } from './conversations.ts';
import type { SentMessage } from './messages.ts';

const schema = createSchema();
let accounts: Awaited<ReturnType<typeof openAccounts>>;
let gateways: readonly [Gateway, Gateway];
let [alice, bob] = ['', ''];
let pubsub: FakePubSub;
let clock: FakeClock;
beforeAll(async () => {
  accounts = await openAccounts();
  gateways = [await accounts.openGateway(), await accounts.openGateway()];
  const rows = await onServer<{ id: string }>(
    accounts.primaryUrl,
    `INSERT INTO users (username, password_hash, display_name)
     VALUES ('alice', '-', 'Alice'), ('bob', '-', 'Bob') RETURNING id::text`,
  );
  [alice = '', bob = ''] = rows.map(({ id }) => id);
});
afterAll(async () => {
  await accounts.closeGateways();
  await accounts.drop();
});
beforeEach(() => {
  pubsub = createFakePubSub();
  clock = createFakeClock();
});

/** As each request has one. */
const chatsOf = (gateway: Gateway) =>
  createConversations({ store: storeOf(gateway), clock: systemClock, pubsub, turns: createTurns() });

/** As a stream has one, which remembers nothing. */
function streamOf(gateway: Gateway) {
  const seen: Parameters<Store['see']>[0][] = [];
  const fresh = () => {
    const store = storeOf(gateway);
    for (const one of seen) store.see(one);
    return store;
  };
  const store: Store = {
    cached: (policy, select) => ({
      load: (key) => fresh().cached(policy, select).load(key),
      loadMany: (keys) => fresh().cached(policy, select).loadMany(keys),
    }),
    batched: (look) => fresh().batched(look),
    read: (query, options) => fresh().read(query, options),
    write: (work) => fresh().write(work),
    see: (more) => void seen.splice(0, seen.length, more),
    eachTime: (effect, what) => effect(what),
    noteIn: () => undefined,
    usesCopies: () => false,
    lastWrite: () => undefined,
  };
  return createConversations({ store, clock, pubsub, turns: createTurns() }).live;
}

async function openGroup(): Promise<string> {
  const outcome = await chatsOf(gateways[0]).starts.start(alice, { userIds: [bob], title: 'Live' });
  if (!outcome.ok) throw new Error('no group');
  return outcome.value.id;
}

let count = 0;
async function send(chatId: string, gateway: Gateway = gateways[0]): Promise<string> {
  const clientMessageId = `c${(count += 1)}`;
  const sent = { chatId, authorId: alice, text: clientMessageId, clientMessageId };
  const outcome = await chatsOf(gateway).sending.send(sent);
  if (!outcome.ok) throw new Error('not sent');
  return outcome.value.id;
}

const idsOf = async (chatId: string) =>
  (
    await onServer<{ id: string }>(
      accounts.primaryUrl,
      'SELECT id::text FROM messages WHERE chat_id = $1 ORDER BY messages.id',
      [chatId],
    )
  ).map(({ id }) => id);

interface Listening {
  readonly heard: readonly SentMessage[];
  readonly ids: () => readonly string[];
  readonly ended: () => boolean;
  readonly stop: () => Promise<void>;
}

/** Reads as fast as it can. */
async function listen(chatId: string, after?: string, gateway: Gateway = gateways[1]): Promise<Listening> {
  const stream = await streamOf(gateway).messages({ chatId, userId: bob }, after);
  const heard: SentMessage[] = [];
  let isOver = false;
  const reading = (async () => {
    for await (const sent of stream) heard.push(sent);
    isOver = true;
  })();
  return {
    heard,
    ids: () => heard.map(({ id }) => id),
    ended: () => isOver,
    async stop() {
      pubsub.hangUp();
      await reading;
    },
  };
}

/** Ids as the notices name them, one after the other. */
async function noticesOf(chatId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  const subscription = await pubsub.subscribe([channelOf(chatId)]);
  void (async () => {
    for await (const heard of subscription) {
      const notice = heard.kind === 'message' ? decodeNotice(heard.text) : undefined;
      if (notice?.kind === 'message') ids.push(notice.id);
    }
  })();
  return ids;
}

const patience = { timeout: 15_000, interval: 10 };

describe('a stream of messages', () => {
  it('has each message once and in order, whatever becomes of the notices', async () => {
    const chatId = await openGroup();
    const random = seededRandom(7);
    pubsub.fate = () => ({
      times: [0, 1, 1, 2][Math.floor(random() * 4)] ?? 1,
      overtakenBy: Math.floor(random() * 3),
    });
    const listeners = [await listen(chatId), await listen(chatId, undefined, gateways[0])];
    const notices = await noticesOf(chatId);
    const sender = async (gateway: Gateway) => {
      for (let times = 0; times < 60; times += 1) await send(chatId, gateway);
    };
    await Promise.all([...gateways, ...gateways].map(sender));
    const all = await idsOf(chatId);
    expect(all).toHaveLength(240);
    // The control: who believed the notices would have lost messages, had some twice and others late.
    expect(new Set(notices).size).toBeLessThan(all.length);
    expect(notices).not.toEqual([...new Set(notices)].toSorted());
    await vi.waitFor(async () => {
      // The last ones may have been lost: then only time tells.
      await clock.advance(5_000);
      for (const { ids } of listeners) expect(ids()).toEqual(all);
    }, patience);
    for (const { stop } of listeners) await stop();
    expect(pubsub.listeners()).toBe(0);
  }, 60_000);

  it('begins behind the message that was seen last, however many came since', async () => {
    const chatId = await openGroup();
    const seen = await send(chatId);
    for (let times = 0; times < 130; times += 1) await send(chatId);
    const { ids, stop } = await listen(chatId, seen);
    const next = await send(chatId);
    await vi.waitFor(() => expect(ids().at(-1)).toBe(next), patience);
    expect([seen, ...ids()]).toEqual(await idsOf(chatId));
    await stop();
  }, 60_000);

  it('begins with what is sent from now on', async () => {
    const chatId = await openGroup();
    await send(chatId);
    const { ids, stop } = await listen(chatId);
    const next = await send(chatId);
    await vi.waitFor(() => expect(ids()).toEqual([next]), patience);
    await stop();
  });

  it('looks again at a gap, and after five seconds', async () => {
    const chatId = await openGroup();
    const { ids, stop } = await listen(chatId);
    pubsub.fate = () => ({ times: 0, overtakenBy: 0 });
    const first = await send(chatId);
    pubsub.gap();
    await vi.waitFor(() => expect(ids()).toEqual([first]), patience);
    const second = await send(chatId);
    await clock.advance(4_000);
    expect(ids()).toEqual([first]);
    await vi.waitFor(async () => {
      await clock.advance(1_000);
      expect(ids()).toEqual([first, second]);
    }, patience);
    await stop();
  });

  it('is not kept from looking by what it hears meanwhile', async () => {
    const chatId = await openGroup();
    const { ids, stop } = await listen(chatId);
    pubsub.fate = () => ({ times: 0, overtakenBy: 0 });
    const lost = await send(chatId);
    pubsub.fate = () => ({ times: 1, overtakenBy: 0 });
    await vi.waitFor(async () => {
      await pubsub.publish(channelOf(chatId), 'not for this reader');
      await clock.advance(1_000);
      expect(ids()).toEqual([lost]);
    }, patience);
    await stop();
  });

  it('hears of a message at once that is sent again because its sender died behind the commit', async () => {
    const chatId = await openGroup();
    const { ids, stop } = await listen(chatId);
    const sent = { chatId, authorId: alice, text: 'twice', clientMessageId: `c${(count += 1)}` };
    pubsub.fate = () => ({ times: 0, overtakenBy: 0 });
    await chatsOf(gateways[0]).sending.send(sent);
    expect(ids()).toEqual([]);
    pubsub.fate = () => ({ times: 1, overtakenBy: 0 });
    for (const gateway of gateways) await chatsOf(gateway).sending.send(sent);
    await vi.waitFor(() => expect(ids()).toHaveLength(1), patience);
    const next = await send(chatId);
    await vi.waitFor(() => expect(ids()).toEqual([expect.any(String), next]), patience);
    await stop();
  });

  it('gives the message to whoever asks behind the event, on a gateway that has not heard of it', async () => {
    const chatId = await openGroup();
    const { heard, stop } = await listen(chatId);
    // The first may be found by the look at the start, which is told of nothing.
    await send(chatId);
    await vi.waitFor(() => expect(heard).toHaveLength(1), patience);
    await send(chatId);
    await vi.waitFor(() => expect(heard).toHaveLength(2), patience);
    const sent = heard[1];
    expect(sent?.lsn).toBeDefined();
    for (const gateway of gateways) {
      const found = sent && (await chatsOf(gateway).history.findSent(sent));
      expect(found).toMatchObject({ id: sent?.id, authorId: alice });
    }
    await stop();
  });
});

describe('the subscription', () => {
  const document = parse(
    'subscription ($id: ID!, $after: ID) { messageAdded(chatId: $id, after: $after) { id text } }',
  );
  const ask = (chatId: string, after?: string) =>
    subscribe({
      schema,
      document,
      variableValues: { id: toGlobalId('Chat', chatId), after },
      contextValue: {
        viewer: { kind: 'signed-in', userId: bob },
        data: { chats: { history: chatsOf(gateways[1]).history, live: streamOf(gateways[1]) } },
      },
    });

  it('gives the messages themselves', async () => {
    const chatId = await openGroup();
    const stream = await ask(chatId);
    if (!(Symbol.asyncIterator in stream)) throw new Error('no stream');
    const next = stream.next();
    const id = toGlobalId('Message', `${chatId}.${await send(chatId)}`);
    expect(await next).toEqual({
      done: false,
      value: { data: { messageAdded: { id, text: `c${count}` } } },
    });
    pubsub.hangUp();
    expect(await stream.next()).toMatchObject({ done: true });
  });

  it.each([
    ['of another chat', () => toGlobalId('Message', '1.1'), 'BAD_USER_INPUT'],
    ['that is none', () => 'nonsense', 'BAD_USER_INPUT'],
  ])('refuses to begin behind a message %s', async (_, after, code) => {
    expect(await ask(await openGroup(), after())).toMatchObject({ errors: [{ originalError: { code } }] });
    expect(pubsub.listeners()).toBe(0);
  });
});

describe('who is removed', () => {
  const remove = (chatId: string) => chatsOf(gateways[0]).groups.remove(alice, chatId, bob);

  it('hears nothing more: the stream ends at once', async () => {
    const chatId = await openGroup();
    const { ended } = await listen(chatId);
    const startedAt = performance.now();
    await remove(chatId);
    await vi.waitFor(() => expect(ended()).toBe(true), patience);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(pubsub.listeners()).toBe(0);
  });

  it('hears nothing more where the notice is lost: the membership is asked before each message', async () => {
    const chatId = await openGroup();
    const { ids, ended } = await listen(chatId);
    pubsub.fate = () => ({ times: 0, overtakenBy: 0 });
    await remove(chatId);
    pubsub.fate = () => ({ times: 1, overtakenBy: 0 });
    await send(chatId);
    await vi.waitFor(() => expect(ended()).toBe(true), patience);
    expect(ids()).toEqual([]);
  });

  it('cannot begin a stream, and leaves no listener behind', async () => {
    const chatId = await openGroup();
    await remove(chatId);
    await expect(listen(chatId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(listen('999999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(pubsub.listeners()).toBe(0);
  });
});
