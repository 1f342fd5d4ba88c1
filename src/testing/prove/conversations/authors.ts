import type { Random } from '../../../clock/random.ts';
import { pause } from '../stage.ts';
import { send, Unanswered, type Person } from './people.ts';

/** Authors who write in chats, many at once, through whichever gateways live. */
export interface Authors {
  /** Resolves when so many more were sent, each with an answer. */
  readonly write: (count: number) => Promise<void>;
  /** By the message's global id. */
  readonly answered: ReadonlyMap<string, Answered>;
  /** Texts, each of its own, of what a gateway has been sent and has not answered. */
  readonly underWay: (url: string) => readonly string[];
  /** Sends that had no answer and were made again. */
  readonly repeats: () => number;
}

export interface Answered {
  /** Of `performance.now()`. */
  readonly postedAt: number;
  readonly at: number;
}

interface Needs {
  readonly people: readonly Person[];
  readonly chatIds: readonly string[];
  /** Gateways that are used now. */
  readonly urls: ReadonlySet<string>;
  readonly random: Random;
  /** A repeated send has an id of its own, as if it were another message. */
  readonly forgetsIds?: boolean;
}

const atOnce = 16;
const mostRepeats = 100;
const backOffMs = 20;

/** Over all authors of the process: every text is of one message. */
let texts = 0;

export function createAuthors({ people, chatIds, urls, random, forgetsIds = false }: Needs): Authors {
  const answered = new Map<string, Answered>();
  const underWay = new Map<string, Set<string>>();
  let [attempts, repeats] = [0, 0];

  /** So that each has its share, however few there are. */
  function inTurn(all: readonly string[]): string {
    return all[(attempts += 1) % all.length] ?? '';
  }

  async function attempt(author: Person, chatId: string, text: string, number: number): Promise<boolean> {
    const url = inTurn([...urls]);
    const waiting = underWay.get(url) ?? new Set();
    underWay.set(url, waiting.add(text));
    const clientMessageId = forgetsIds && number > 0 ? `${text} (${number})` : text;
    const postedAt = performance.now();
    try {
      const id = await send(url, author, { chatId, text, clientMessageId });
      answered.set(id, { postedAt, at: performance.now() });
      return true;
    } catch (error) {
      if (!(error instanceof Unanswered) || number === mostRepeats) throw error;
      return false;
    } finally {
      waiting.delete(text);
    }
  }

  async function writeOne(): Promise<void> {
    const [author, chatId] = [pick(people, random), pick(chatIds, random)];
    const text = `Message ${(texts += 1)}`;
    for (let number = 0; !(await attempt(author, chatId, text, number)); number += 1) {
      repeats += 1;
      await pause(backOffMs);
    }
  }

  return {
    async write(count) {
      let left = count;
      const writer = async () => {
        while (left > 0) {
          left -= 1;
          await writeOne();
        }
      };
      await Promise.all(Array.from({ length: atOnce }, writer));
    },
    answered,
    underWay: (url) => [...(underWay.get(url) ?? [])],
    repeats: () => repeats,
  };
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}
