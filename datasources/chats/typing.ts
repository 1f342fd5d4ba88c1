import { z } from 'zod';
import type { Clock } from '../../src/clock/clock.ts';
import type { Throttle } from '../../src/limits/throttle.ts';
import type { Heard, PubSub } from '../../src/pubsub/pubsub.ts';
import type { Chat } from './chats.ts';

/** Somebody begins to type. */
export interface Typing {
  readonly chatId: string;
  readonly userId: string;
  readonly until: Date;
}

interface Needs {
  readonly pubsub: PubSub;
  readonly clock: Clock;
  /** By chat and user. */
  readonly typingThrottle: Throttle;
  readonly chats: {
    /** Undefined for who is no member at this moment. */
    readonly find: (userId: string, chatId: string) => Promise<Chat | undefined>;
  };
}

/** Whoever goes on typing says so again before this is over. */
const holdsForMs = 5_000;
/** Of one user in one chat no more is told than this. */
export const typingEveryMs = 1_000;

/** Epoch ms. */
const message = z.object({ userId: z.string(), until: z.int().positive() });
/** What else is told of a chat to its members, of which only this matters here. */
const left = z.object({ kind: z.literal('left'), userId: z.string() });

const chatChannel = (chatId: string) => `chat:${chatId}`;
const typingChannel = (chatId: string) => `${chatChannel(chatId)}:typing`;

/** Who is typing. Nothing of it is stored: who does not listen has missed it. */
export function createTyping({ pubsub, clock, typingThrottle, chats }: Needs) {
  return {
    /** Tells the other members, where that is due. Resolves to the chat; undefined for who is no member. */
    async tell(userId: string, chatId: string): Promise<Chat | undefined> {
      const chat = await chats.find(userId, chatId);
      if (chat === undefined || !(await typingThrottle.pass(`${chatId}:${userId}`))) return chat;
      const until = clock.now() + holdsForMs;
      await pubsub.publish(typingChannel(chatId), JSON.stringify({ userId, until }));
      return chat;
    },

    /** The others, as they begin. Undefined for who is no member; ends when the membership does. */
    async follow(userId: string, chatId: string): Promise<AsyncGenerator<Typing, void> | undefined> {
      // Subscribed first: who is removed meanwhile is told so, or is found to be no member.
      const heard = await pubsub.subscribe([chatChannel(chatId), typingChannel(chatId)]);
      const isMember = async () => (await chats.find(userId, chatId)) !== undefined;
      try {
        if (await isMember()) return others(heard, { userId, chatId, isMember });
        heard.close();
        return undefined;
      } catch (error) {
        heard.close();
        throw error;
      }
    },
  };

  async function* others(
    heard: AsyncIterable<Heard>,
    { userId, chatId, isMember }: Listener,
  ): AsyncGenerator<Typing, void> {
    for await (const each of heard) {
      // That somebody has left may be lost with a gap; and whoever removed them may have died before telling.
      if (each.kind === 'gap' && !(await isMember())) return;
      if (each.kind === 'gap') continue;
      const told = parse(each.text);
      if (left.safeParse(told).data?.userId === userId) return;
      const typing = message.safeParse(told).data;
      if (each.channel !== typingChannel(chatId) || typing === undefined) continue;
      if (typing.userId === userId || typing.until <= clock.now()) continue;
      if (!(await isMember())) return;
      yield { chatId, userId: typing.userId, until: new Date(typing.until) };
    }
  }
}

interface Listener {
  readonly userId: string;
  readonly chatId: string;
  readonly isMember: () => Promise<boolean>;
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
