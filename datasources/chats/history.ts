import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { listsByKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Loader, Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Memberships } from './membership.ts';
import { message, selectMessagesUpTo, type Message, type MessageKey, type SentMessage } from './messages.ts';

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
  version: 1,
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
    const { messages, hasOlder } = (await histories.load(chatId)) ?? nothing;
    const rest =
      request.after === undefined ? messages : messages.filter(({ id }) => isOlder(id, request.after));
    if (rest.length > request.limit || !hasOlder) return pageOf(rest, request);
    if (rest.length === request.limit) return { items: rest, hasNextPage: true };
    const last = rest.at(-1)?.id ?? request.after ?? '';
    const older = await readOlder(store, { chatId, id: last }, request.limit + 1 - rest.length);
    return pageOf([...rest, ...older], request);
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
      if (membership === undefined) return undefined;
      return newest?.messages.find(({ id }) => id === key.id) ?? readMessage(store, key);
    },

    /** What was sent, for whom it was delivered to as a member. */
    async findSent({ chatId, id, lsn }: SentMessage): Promise<Message | undefined> {
      if (lsn !== undefined) store.see({ lsn, skipCopiesUntil: 0 });
      const newest = await histories.load(chatId);
      return newest?.messages.find((one) => one.id === id) ?? readMessage(store, { chatId, id });
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

/**
 * What lies behind a message of the entry. The entry and this statement see the chat at different moments, and still no
 * message is left out or doubled: places never change and ids are in the order of the commits, so who sees the one at the
 * seam sees all behind it. A replica that does not see it yet is not believed.
 */
async function readOlder(store: Store, seam: MessageKey, limit: number): Promise<readonly Message[]> {
  const rows = await readUpTo(store, seam, limit + 1);
  return rows.filter(({ id }) => id !== seam.id).slice(0, limit);
}

async function readMessage(store: Store, key: MessageKey): Promise<Message | undefined> {
  const [found] = await readUpTo(store, key, 1);
  return found?.id === key.id ? found : undefined;
}

/** From a replica that has the message itself, else from the primary. */
async function readUpTo(store: Store, key: MessageKey, limit: number): Promise<readonly Message[]> {
  const select = (db: Queryable) => selectMessagesUpTo(db, key, limit);
  const rows = await store.read(select);
  return rows[0]?.id === key.id ? rows : store.read(select, { primary: 'preferred' });
}

type RecentRow = { readonly version: bigint } & (Message | { readonly chatId: string; readonly id: null });

/** Also for the writer, in its transaction. */
export async function selectRecent(
  db: Queryable,
  chatIds: readonly string[],
): Promise<ReadonlyMap<string, Recent>> {
  const rows = await db.rows<RecentRow>(sql`
    SELECT h.chat_id::text AS "chatId", h.version, m.id::text, m.author_id::text AS "authorId", m.text,
      m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt"
    FROM chat_heads h LEFT JOIN LATERAL (
      SELECT * FROM messages WHERE chat_id = h.chat_id ORDER BY id DESC LIMIT ${recentLength + 1}
    ) m ON true
    WHERE h.chat_id = ANY(${chatIds}::bigint[]) ORDER BY m.id DESC`);
  const byChat = listsByKey(rows, ({ chatId }) => chatId);
  return new Map([...byChat].map(([chatId, ofChat]) => [chatId, toRecent(ofChat)]));
}

function toRecent(rows: readonly RecentRow[]): Recent {
  const messages = rows.flatMap((row) => (row.id === null ? [] : [withoutVersion(row)]));
  return {
    version: Number(rows[0]?.version ?? 0n),
    messages: messages.slice(0, recentLength),
    hasOlder: messages.length > recentLength,
  };
}

function withoutVersion({ chatId, id, authorId, text, sentAt, editedAt, deletedAt }: Message): Message {
  return { chatId, id, authorId, text, sentAt, editedAt, deletedAt };
}
