import { pause } from '../stage.ts';
import { connect, messagesOf, type Connection, type Way } from './connection.ts';
import type { Person } from './people.ts';

/** What a client asks for when its stream has broken off; only the first is right. */
export type Resuming = 'after the last seen' | 'as at first' | 'from now on';

/** One client that listens to some chats, and begins again when it is cut off. */
export interface Listener {
  /** Of each chat, in the order in which they came. */
  readonly received: ReadonlyMap<string, readonly Receipt[]>;
  /** Streams that were begun again. */
  readonly resumptions: () => number;
  /** Where it will connect when it is cut off. */
  readonly moveTo: (url: string) => void;
  readonly close: () => Promise<void>;
}

export interface Receipt {
  /** The message's global id. */
  readonly id: string;
  /** Of `performance.now()`. */
  readonly at: number;
}

interface Needs {
  readonly url: string;
  readonly person: Person;
  readonly by: Way;
  /** The first message of each chat, which it has seen. */
  readonly starts: ReadonlyMap<string, string>;
  readonly resuming?: Resuming;
  readonly field?: string;
  /** Told of the code with which a socket of it was closed. */
  readonly onClosed?: (code: number) => void;
}

const backOffMs = 50;

export function createListener({
  person,
  by,
  starts,
  resuming = 'after the last seen',
  ...needs
}: Needs): Listener {
  const field = needs.field === undefined ? {} : { field: needs.field };
  const received = new Map<string, Receipt[]>();
  const connections = new Map<string, Connection>();
  const state = { url: needs.url, isClosed: false, resumptions: 0 };

  function connection(): Connection {
    const open = connections.get(state.url) ?? connect(state.url, person, by, needs.onClosed);
    connections.set(state.url, open);
    return open;
  }

  /** Whatever ends the stream, its client begins again. */
  async function hear(chatId: string, receipts: Receipt[], after: string | undefined): Promise<void> {
    try {
      const messages = messagesOf(connection(), { chatId, after, ...field });
      for await (const id of messages) receipts.push({ id, at: performance.now() });
    } catch {
      return;
    }
  }

  async function follow(chatId: string, start: string): Promise<void> {
    const receipts: Receipt[] = [];
    received.set(chatId, receipts);
    const next = {
      'after the last seen': () => receipts.at(-1)?.id ?? start,
      'as at first': () => start,
      'from now on': () => undefined,
    };
    await hear(chatId, receipts, start);
    while (!state.isClosed) {
      state.resumptions += 1;
      await pause(backOffMs);
      await hear(chatId, receipts, next[resuming]());
    }
  }

  const following = Promise.all([...starts].map(([chatId, start]) => follow(chatId, start)));
  return {
    received,
    resumptions: () => state.resumptions,
    moveTo: (url) => void (state.url = url),
    async close() {
      state.isClosed = true;
      for (const each of connections.values()) each.close();
      await following;
    },
  };
}
