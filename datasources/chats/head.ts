import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { noSuchChat } from './membership.ts';

/**
 * Locks a chat until the end of the transaction: sends, edits and changes of members come one after the other. Resolves to
 * the id of the last message, or where the chat begins. Throws `NOT_FOUND` where there is no such chat.
 */
export async function lockHead(tx: Queryable, chatId: string): Promise<string> {
  const head = onlyRow(
    await tx.rows<{ lastId: string }>(sql`
      SELECT last_message_id::text AS "lastId" FROM chat_heads WHERE chat_id = ${chatId}::bigint FOR UPDATE`),
  );
  if (head === undefined) throw noSuchChat();
  return head.lastId;
}
