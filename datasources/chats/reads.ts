import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import { cachedHistories, reachesBackTo, type Recent } from './history.ts';
import type { MemberKey, Memberships } from './membership.ts';

/** The id of the last message that a member has marked as read. */
export const readPolicy: CachePolicy<MemberKey, string> = {
  name: 'chat-read',
  version: 1,
  key: ({ chatId, userId }) => `${chatId}:${userId}`,
  freshForMs: 6 * 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(z.string().regex(/^\d{1,18}$/)),
};

export const readChanges: TableChanges<'chat_id' | 'user_id'> = {
  table: 'chat_reads',
  columns: ['chat_id', 'user_id'],
  keys: (row) => [keyOf(readPolicy, { chatId: row.chat_id, userId: row.user_id })],
};

interface Needs {
  readonly store: Store;
  readonly memberships: Memberships;
}

/** More are not counted. */
const maxUnread = 1_000;

/**
 * How far members have read. A send changes every other member's count, so counts are not kept: they follow from the cached
 * end of the history, which the send has written through, and from the member's own mark.
 */
export function createReads({ store, memberships }: Needs) {
  const histories = cachedHistories(store);
  const marks = store.cached(readPolicy, selectReads);

  return {
    /** Messages of others behind the mark that are not taken back, at most 1,000. Throws `NOT_FOUND` for who is no member. */
    async countUnread(userId: string, chatId: string): Promise<number> {
      const key = { chatId, userId };
      const [, recent, mark = '0'] = await Promise.all([
        memberships.require(key),
        histories.load(chatId),
        marks.load(key),
      ]);
      if (recent === undefined) return 0;
      return reachesBackTo(mark, recent)
        ? recent.messages.filter((one) => isUnread(one, userId, mark)).length
        : store.read((db) => countUnread(db, key, mark));
    },

    /** Up to the newest where no message is named; never back. Throws `NOT_FOUND` for who is no member. */
    async mark(userId: string, chatId: string, messageId: string | undefined): Promise<void> {
      const key = { chatId, userId };
      await memberships.require(key);
      await store.write(async (tx, changed) => {
        if (await raiseRead(tx, key, messageId)) changed(readPolicy, key);
      });
    },
  };
}

const isUnread = (one: Recent['messages'][number], userId: string, mark: string) =>
  one.authorId !== userId && one.deletedAt === null && BigInt(one.id) > BigInt(mark);

async function countUnread(db: Queryable, { chatId, userId }: MemberKey, mark: string): Promise<number> {
  const rows = await db.rows<{ count: number }>(sql`
    SELECT count(*)::int FROM (
      SELECT FROM messages WHERE chat_id = ${chatId}::bigint AND id > ${mark}::bigint
        AND author_id IS DISTINCT FROM ${userId}::bigint AND deleted_at IS NULL
      LIMIT ${maxUnread}
    ) AS unread`);
  return onlyRow(rows)?.count ?? 0;
}

async function selectReads(
  db: Queryable,
  keys: readonly MemberKey[],
): Promise<ReadonlyMap<MemberKey, string>> {
  const rows = await db.rows<{ place: number; readId: string }>(sql`
    SELECT asked.place::int, read_id::text AS "readId"
    FROM unnest(${keys.map(({ chatId }) => chatId)}::bigint[], ${keys.map(({ userId }) => userId)}::bigint[])
      WITH ORDINALITY AS asked (chat_id, user_id, place)
    JOIN chat_reads USING (chat_id, user_id)`);
  const found = new Map(rows.map(({ place, readId }) => [place, readId]));
  return new Map(
    keys.flatMap((key, index) => {
      const readId = found.get(index + 1);
      return readId === undefined ? [] : [[key, readId] as const];
    }),
  );
}

/** An id that is not given out yet marks what there is, not what will come. Resolves to whether it has moved. */
async function raiseRead(
  tx: Queryable,
  { chatId, userId }: MemberKey,
  messageId: string | undefined,
): Promise<boolean> {
  const rows = await tx.rows(sql`
    INSERT INTO chat_reads (chat_id, user_id, read_id)
    SELECT chat_id, user_id, least(last_message_id, ${messageId ?? null}::bigint)
    FROM chat_heads JOIN chat_members USING (chat_id)
    WHERE chat_id = ${chatId}::bigint AND user_id = ${userId}::bigint
    ON CONFLICT (chat_id, user_id) DO UPDATE SET read_id = EXCLUDED.read_id
      WHERE chat_reads.read_id < EXCLUDED.read_id
    RETURNING 1`);
  return rows.length > 0;
}
