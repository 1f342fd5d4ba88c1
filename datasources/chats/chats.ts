import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import type { Memberships } from './membership.ts';

const chat = z.object({
  id: z.string(),
  kind: z.enum(['DIRECT', 'GROUP']),
  title: z.string().nullable(),
  createdAt: instant,
});

/** A conversation of two, or of a group. */
export type Chat = z.output<typeof chat>;

/** A chat in the list of a member's chats. */
export interface ListedChat extends Chat {
  /** That of its latest message: higher is later. */
  readonly place: string;
}

/** Nothing of it changes with a message, so it stays for long. */
export const chatPolicy: CachePolicy<string, Chat> = {
  name: 'chat',
  version: 1,
  key: (id) => id,
  freshForMs: 24 * 3_600_000,
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(chat),
};

export const chatChanges: TableChanges<'id'> = {
  table: 'chats',
  columns: ['id'],
  keys: ({ id }) => [keyOf(chatPolicy, id)],
};

interface Needs {
  readonly store: Store;
  readonly memberships: Memberships;
}

export function createChats({ store, memberships }: Needs) {
  const chats = store.cached(chatPolicy, selectChats);

  /** Undefined for who is no member, too. Both are asked at once: they are one round trip. */
  async function find(userId: string, chatId: string): Promise<Chat | undefined> {
    const [membership, found] = await Promise.all([memberships.find({ chatId, userId }), chats.load(chatId)]);
    return membership === undefined ? undefined : found;
  }

  return {
    find,

    /** The chat with the latest message first. */
    async list(userId: string, request: PageRequest): Promise<Page<ListedChat>> {
      const places = await store.read((db) => selectPlaces(db, userId, request));
      const { items, hasNextPage } = pageOf(places, request);
      // A replica may still list a chat that one has been removed from.
      const found = await Promise.all(items.map(({ chatId }) => find(userId, chatId)));
      const listed = items.flatMap(({ place }, index) => {
        const one = found[index];
        return one === undefined ? [] : [{ place, ...one }];
      });
      return { items: listed, hasNextPage };
    },
  };
}

async function selectChats(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Chat>> {
  const rows = await db.rows<Chat>(sql`
    SELECT id::text, kind, title, created_at AS "createdAt" FROM chats WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}

function selectPlaces(
  db: Queryable,
  userId: string,
  { after, limit }: PageRequest,
): Promise<readonly { readonly chatId: string; readonly place: string }[]> {
  return db.rows(sql`
    SELECT chat_id::text AS "chatId", last_message_id::text AS place
    FROM chat_members JOIN chat_heads USING (chat_id)
    WHERE user_id = ${userId}::bigint
      AND last_message_id < coalesce(${after ?? null}::bigint, 9223372036854775807)
    ORDER BY last_message_id DESC LIMIT ${limit + 1}`);
}
