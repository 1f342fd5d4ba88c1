import { beforeEach, describe, expect, it } from 'vitest';
import { createFakePubSub, type FakePubSub } from '../../src/testing/fake-pubsub.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.ts';
import type { Chat } from './chats.ts';
import { createTyping, type Typing } from './typing.ts';

const chat: Chat = { id: '7', kind: 'GROUP', title: 'Seven', createdAt: new Date(0) };
let clock: FakeClock;
let pubsub: FakePubSub;
let members: Set<string>;
let isDue: boolean;

beforeEach(() => {
  [clock, pubsub, isDue] = [createFakeClock(), createFakePubSub(), true];
  members = new Set(['1', '2', '3']);
});

const open = () =>
  createTyping({
    pubsub,
    clock,
    typingThrottle: { pass: () => Promise.resolve(isDue) },
    chats: { find: (userId) => Promise.resolve(members.has(userId) ? chat : undefined) },
  });

/** What a member hears, and whether the stream has ended. */
async function listen(userId: string) {
  const heard: Typing[] = [];
  const state = { heard, isOver: false };
  const stream = await open().follow(userId, chat.id);
  if (stream === undefined) throw new Error('no member');
  void (async () => {
    for await (const each of stream) heard.push(each);
    state.isOver = true;
  })();
  await clock.advance(0);
  return state;
}

const tell = async (userId: string) => {
  const told = await open().tell(userId, chat.id);
  await clock.advance(0);
  return told;
};

describe('whoever types', () => {
  it('is heard by the other members for five seconds, and not by themselves', async () => {
    const [own, other] = [await listen('1'), await listen('2')];
    expect(await tell('1')).toBe(chat);
    const until = new Date(clock.now() + 5_000);
    expect(other.heard).toEqual([{ chatId: '7', userId: '1', until }]);
    expect(own.heard).toEqual([]);
  });

  it('is told only where that is due, and answered all the same', async () => {
    const other = await listen('2');
    isDue = false;
    expect(await tell('1')).toBe(chat);
    expect(other.heard).toEqual([]);
  });

  it('and is no member is answered nothing, and tells nobody', async () => {
    const other = await listen('2');
    expect(await tell('9')).toBeUndefined();
    expect(pubsub.published).toEqual([]);
    expect(other.heard).toEqual([]);
  });
});

describe('whoever listens', () => {
  it('and is no member is refused, and leaves no subscription behind', async () => {
    expect(await open().follow('9', chat.id)).toBeUndefined();
    expect(pubsub.channels()).toEqual([]);
  });

  it('and is removed hears nothing more at once, without anybody typing', async () => {
    const [removed, other] = [await listen('1'), await listen('2')];
    members.delete('1');
    await pubsub.publish('chat:7', JSON.stringify({ kind: 'left', userId: '1' }));
    await clock.advance(0);
    expect([removed.isOver, other.isOver]).toEqual([true, false]);
  });

  it('and was removed unheard is not told of the next one who types', async () => {
    const [one, another] = [await listen('1'), await listen('2')];
    members = new Set(['2', '3']);
    await tell('3');
    expect(one).toEqual({ heard: [], isOver: true });
    expect(another.heard).toHaveLength(1);
    members = new Set(['3']);
    pubsub.gap();
    await clock.advance(0);
    expect(another.isOver).toBe(true);
  });

  it('goes on behind a gap while the membership lasts', async () => {
    const other = await listen('2');
    pubsub.gap();
    await clock.advance(0);
    await tell('1');
    expect(other.heard).toHaveLength(1);
  });

  it('is not told what is over, nor what is no such message', async () => {
    const other = await listen('2');
    const publish = (told: unknown) => pubsub.publish('chat:7:typing', JSON.stringify(told));
    await publish({ userId: '1', until: clock.now() });
    for (const told of [
      null,
      7,
      {},
      { userId: 1, until: 9e15 },
      { userId: '1' },
      { userId: '1', until: 'soon' },
    ])
      await publish(told);
    await pubsub.publish('chat:7:typing', '{');
    // A message of the chat itself.
    await pubsub.publish('chat:7', JSON.stringify({ userId: '1', until: clock.now() + 1_000 }));
    await clock.advance(0);
    expect(other).toEqual({ heard: [], isOver: false });
  });
});

it('takes up no place on the bus once its store fails', async () => {
  const failing = createTyping({
    pubsub,
    clock,
    typingThrottle: { pass: () => Promise.resolve(true) },
    chats: { find: () => Promise.reject(new Error('no database')) },
  });
  await expect(failing.follow('1', '7')).rejects.toThrow('no database');
  expect(pubsub.channels()).toEqual([]);
});
