import pg from 'pg';
import { idOf, toGlobalId } from '../../../../schema/global-id.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

/** A message as Postgres has it; ids are global ones. */
export interface Stored {
  readonly chatId: string;
  readonly id: string;
  readonly text: string;
}

/** Looks at messages past every gateway. */
export async function openStored({ resources }: Pick<ProofContext, 'resources'>, stage: Stage) {
  const client = new pg.Client({ connectionString: stage.servers.primaryUrl });
  await resources.open(
    () => client.connect(),
    () => client.end(),
  );
  return {
    /** All of these chats, in order. */
    async readAll(chatIds: readonly string[]): Promise<readonly Stored[]> {
      const { rows } = await client.query<Stored>(
        `SELECT chat_id::text AS "chatId", id::text, text FROM messages WHERE chat_id = ANY($1::bigint[])
         ORDER BY messages.id`,
        [chatIds.map((id) => idOf('Chat', id))],
      );
      return rows.map(({ chatId, id, text }) => ({
        chatId: toGlobalId('Chat', chatId),
        id: toGlobalId('Message', `${chatId}.${id}`),
        text,
      }));
    },

    async countTexts(texts: readonly string[]): Promise<number> {
      const { rows } = await client.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM messages WHERE text = ANY($1)',
        [texts],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
