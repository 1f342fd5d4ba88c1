import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import type { Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Loader, Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Memberships } from './membership.ts';
import {
  message,
  selectMessagesUpTo,
  selectNewest,
  type Message,
  type MessageKey,
  type Seen,
  type SentMessage,
} from './messages.ts';

const recent = z.object({
  /** Counts the changes of the chat's messages: this is the state after so many. */
  version: z.int(),
  /** Newest first, at most `recentLength`. */
  messages: z.array(message),
  /** Whether there are more than these. */
  hasOlder: z.boolean(),
});

/** The end of a chat's history. */
export type Recent = z.output<typeof recent>;

const recentLength = 100;

/**
 * One value for the newest messages of a chat, and not a list that is pushed onto: it is the whole end of the history, or it
 * is not there. A chat without messages has one, too. Every change of a message writes it through.
 */
export const historyPolicy: CachePolicy<string, Recent> = {
  name: 'recent-messages',
  version: 2,
  key: (chatId) => chatId,
  freshForMs: 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(recent),
  rowVersion: ({ version }) => version,
};

export const historyChanges: TableChanges<'chat_id' | 'id'> = {
  table: 'messages',
  columns: ['chat_id', 'id'],
  keys: (row) => [keyOf(historyPolicy, row.chat_id)],
};

export const cachedHistories = (store: Store): Loader<string, Recent> =>
  store.cached(historyPolicy, selectRecent);

interface Needs {
  readonly store: Store;
  readonly memberships: Memberships;
}

export function createHistory({ store, memberships }: Needs) {
  const histories = cachedHistories(store);

  async function readPage(chatId: string, request: PageRequest): Promise<Page<Message>> {
    const { version, messages, hasOlder } = (await histories.load(chatId)) ?? nothing;
    const rest =
      request.after === undefined ? messages : messages.filter(({ id }) => isOlder(id, request.after));
    if (rest.length > request.limit || !hasOlder) return pageOf(rest, request);
    if (rest.length === request.limit) return { items: rest, hasNextPage: true };
    const last = rest.at(-1)?.id ?? request.after ?? '';
    const older = await readUpTo({ chatId, id: last }, request.limit + 2 - rest.length, version);
    return pageOf([...rest, ...older.filter(({ id }) => id !== last)], request);
  }

  /**
   * What the entry does not hold. The entry and this statement see the chat at different moments, and still no message is
   * left out or doubled, nor older than the entry: places never change, and a node that has not seen as many changes as the
   * entry is not believed.
   */
  async function readUpTo(key: MessageKey, limit: number, atLeast: number): Promise<readonly Message[]> {
    const select = (db: Queryable) => selectMessagesUpTo(db, key, limit);
    const seen = await store.read(select);
    if (seen.version >= atLeast) return seen.messages;
    return (await store.read(select, { primary: 'preferred' })).messages;
  }

  async function findIn({ version, messages }: Recent, key: MessageKey): Promise<Message | undefined> {
    const isIt = ({ id }: Message) => id === key.id;
    return messages.find(isIt) ?? (await readUpTo(key, 1, version)).find(isIt);
  }

  return {
    /** Newest first. Throws `NOT_FOUND` for who is no member. */
    async page(userId: string, chatId: string, request: PageRequest): Promise<Page<Message>> {
      await memberships.require({ chatId, userId });
      return readPage(chatId, request);
    },

    /** One message; undefined where there is none, or none for this user. */
    async find(userId: string, key: MessageKey): Promise<Message | undefined> {
      const [membership, newest] = await Promise.all([
        memberships.find({ chatId: key.chatId, userId }),
        histories.load(key.chatId),
      ]);
      return membership === undefined || newest === undefined ? undefined : findIn(newest, key);
    },

    /** What was sent, for whom it was delivered to as a member. */
    async findSent({ chatId, id, lsn }: SentMessage): Promise<Message | undefined> {
      if (lsn !== undefined) store.see({ lsn, skipCopiesUntil: 0 });
      const newest = (await histories.load(chatId)) ?? nothing;
      // The entry may be from before the message, and so may a replica be.
      const atLeast = BigInt(newest.messages[0]?.id ?? 0) < BigInt(id) ? newest.version + 1 : newest.version;
      return findIn({ ...newest, version: atLeast }, { chatId, id });
    },
  };
}

/** Whether everything behind the message is in the entry. */
export function reachesBackTo(id: string, { messages, hasOlder }: Recent): boolean {
  const oldest = messages.at(-1);
  return !hasOlder || (oldest !== undefined && BigInt(oldest.id) <= BigInt(id));
}

const nothing: Recent = { version: 0, messages: [], hasOlder: false };

const isOlder = (id: string, than: string | undefined) => than === undefined || BigInt(id) < BigInt(than);

/** Also for the writer, in its transaction. */
export async function selectRecent(
  db: Queryable,
  chatIds: readonly string[],
): Promise<ReadonlyMap<string, Recent>> {
  const newest = await selectNewest(db, chatIds, recentLength + 1);
  return new Map([...newest].map(([chatId, seen]) => [chatId, toRecent(seen)]));
}

const toRecent = ({ version, messages }: Seen): Recent => ({
  version,
  messages: messages.slice(0, recentLength),
  hasOlder: messages.length > recentLength,
});
