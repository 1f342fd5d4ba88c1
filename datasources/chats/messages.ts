import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';
import type { Lsn } from '../../src/clock/lsn.ts';
import { listsByKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { attachmentReference, type Attachable } from '../attachment.ts';

export const message = z.object({
  chatId: z.string(),
  id: z.string(),
  authorId: z.string().nullable(),
  text: z.string().nullable(),
  sentAt: instant,
  editedAt: instant.nullable(),
  deletedAt: instant.nullable(),
  attachment: attachmentReference.nullable(),
});

/** Something that was said. */
export type Message = z.output<typeof message>;

/** Where a message stands. */
export interface MessageKey {
  readonly chatId: string;
  readonly id: string;
}

/** That a message was sent; what it says is read when it is delivered. */
export interface SentMessage extends MessageKey {
  /** A position behind its commit; undefined where it was found, and not announced. */
  readonly lsn: Lsn | undefined;
}

export interface NewMessage {
  readonly chatId: string;
  readonly authorId: string;
  readonly text: string;
  /** Made by the client, and unique among the author's in this chat. */
  readonly clientMessageId: string;
  readonly attachment?: Attachable | undefined;
}

/** Some messages as they are at one moment, newest first. */
export interface Seen {
  /** How many changes of the chat's messages they contain. */
  readonly version: number;
  readonly messages: readonly Message[];
}

type SeenRow = { readonly version: bigint } & (Message | { readonly chatId: string; readonly id: null });

/** The message with this id and older ones. */
export async function selectMessagesUpTo(
  db: Queryable,
  { chatId, id }: MessageKey,
  limit: number,
): Promise<Seen> {
  return toSeen(
    await db.rows<SeenRow>(sql`
      SELECT h.chat_id::text AS "chatId", h.version, m.id::text, m.author_id::text AS "authorId", m.text,
        m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.attachment
      FROM chat_heads h LEFT JOIN LATERAL (
        SELECT * FROM messages WHERE chat_id = h.chat_id AND id <= ${id}::bigint ORDER BY id DESC LIMIT ${limit}
      ) m ON true
      WHERE h.chat_id = ${chatId}::bigint ORDER BY m.id DESC`),
  );
}

/** The newest messages of each chat. */
export async function selectNewest(
  db: Queryable,
  chatIds: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, Seen>> {
  const rows = await db.rows<SeenRow>(sql`
    SELECT h.chat_id::text AS "chatId", h.version, m.id::text, m.author_id::text AS "authorId", m.text,
      m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.attachment
    FROM chat_heads h LEFT JOIN LATERAL (
      SELECT * FROM messages WHERE chat_id = h.chat_id ORDER BY id DESC LIMIT ${limit}
    ) m ON true
    WHERE h.chat_id = ANY(${chatIds}::bigint[]) ORDER BY m.id DESC`);
  return new Map([...listsByKey(rows, ({ chatId }) => chatId)].map(([id, list]) => [id, toSeen(list)]));
}

const toSeen = (rows: readonly SeenRow[]): Seen => ({
  version: Number(rows[0]?.version ?? 0n),
  messages: rows.flatMap((row) => (row.id === null ? [] : [withoutVersion(row)])),
});

function withoutVersion({
  chatId,
  id,
  authorId,
  text,
  sentAt,
  editedAt,
  deletedAt,
  attachment,
}: Message): Message {
  return { chatId, id, authorId, text, sentAt, editedAt, deletedAt, attachment };
}

/** Ids of what was sent after this one, oldest first. */
export async function selectIdsAfter(
  db: Queryable,
  { chatId, id }: MessageKey,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT id::text FROM messages WHERE chat_id = ${chatId}::bigint AND id > ${id}::bigint
    ORDER BY messages.id LIMIT ${limit}`);
  return rows.map((row) => row.id);
}

/** Under the lock of the chat's head. Undefined where the author is no member, or has sent it before. */
export async function insertMessage(
  tx: Queryable,
  { chatId, authorId, text, clientMessageId, attachment }: NewMessage,
): Promise<Message | undefined> {
  return onlyRow(
    await tx.rows<Message>(sql`
      INSERT INTO messages (chat_id, id, author_id, client_message_id, text, attachment)
      SELECT chat_id, next_message_id(chat_id, last_message_id), user_id, ${clientMessageId}, ${text},
        ${attachment?.reference ?? null}
      FROM chat_heads JOIN chat_members USING (chat_id)
      WHERE chat_id = ${chatId}::bigint AND user_id = ${authorId}::bigint
      ON CONFLICT ON CONSTRAINT messages_once DO NOTHING
      RETURNING chat_id::text AS "chatId", id::text, author_id::text AS "authorId", text, sent_at AS "sentAt",
        edited_at AS "editedAt", deleted_at AS "deletedAt", attachment`),
  );
}

/** What a member has sent under this client's id. */
export async function selectSent(
  tx: Queryable,
  { chatId, authorId, clientMessageId }: NewMessage,
): Promise<Message | undefined> {
  return onlyRow(
    await tx.rows<Message>(sql`
      SELECT m.chat_id::text AS "chatId", m.id::text, m.author_id::text AS "authorId", m.text,
        m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.attachment
      FROM messages m JOIN chat_members ON chat_members.chat_id = m.chat_id AND user_id = m.author_id
      WHERE m.chat_id = ${chatId}::bigint AND m.author_id = ${authorId}::bigint
        AND m.client_message_id = ${clientMessageId}`),
  );
}

/** A null text takes the message back. Undefined where it is not the member's own, or taken back already. */
export async function updateMessage(
  tx: Queryable,
  { chatId, id }: MessageKey,
  authorId: string,
  text: string | null,
): Promise<Message | undefined> {
  return onlyRow(
    await tx.rows<Message>(sql`
      UPDATE messages SET text = ${text}::text,
        edited_at = CASE WHEN ${text}::text IS NULL THEN edited_at ELSE clock_timestamp() END,
        deleted_at = CASE WHEN ${text}::text IS NULL THEN clock_timestamp() END,
        attachment = CASE WHEN ${text}::text IS NOT NULL THEN attachment END
      WHERE chat_id = ${chatId}::bigint AND id = ${id}::bigint
        AND author_id = ${authorId}::bigint AND deleted_at IS NULL
      RETURNING chat_id::text AS "chatId", id::text, author_id::text AS "authorId", text, sent_at AS "sentAt",
        edited_at AS "editedAt", deleted_at AS "deletedAt", attachment`),
  );
}
