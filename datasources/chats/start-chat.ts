import { violatedConstraint } from '../../src/database/failures.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { chatPolicy, type Chat } from './chats.ts';
import { historyPolicy } from './history.ts';
import { insertMembers, maxMembers, type NewMember } from './members.ts';

type StartRefusal = 'INVALID_MEMBERS' | 'INVALID_LENGTH' | 'GROUP_FULL';

interface NewChat {
  /** Without whoever starts it. */
  readonly userIds: readonly string[];
  /** Makes a group. */
  readonly title: string | undefined;
}

const longestTitle = 100;

export function createStarts({ store }: { readonly store: Store }) {
  async function begin(
    work: (tx: Queryable, changed: Changed) => Promise<Chat>,
  ): Promise<Outcome<Chat, StartRefusal>> {
    try {
      return done(await store.write(work));
    } catch (error) {
      if (unknownUser.has(violatedConstraint(error) ?? '')) return refused(invalidMembers());
      throw error;
    }
  }

  /** However often, from whichever side and at whatever moment it is opened: the one chat of the two. */
  const startDirect = (userId: string, otherId: string) =>
    begin(async (tx, changed) => {
      const made = await insertDirectChat(tx, userId, otherId);
      if (made === undefined) return selectDirectChat(tx, userId, otherId);
      await addFirst(tx, changed, made, [
        { userId, role: 'MEMBER' },
        { userId: otherId, role: 'MEMBER' },
      ]);
      return made;
    });

  const startGroup = (userId: string, title: string, others: readonly string[]) =>
    begin(async (tx, changed) => {
      const made = await insertGroup(tx, title);
      const members = others.map((id): NewMember => ({ userId: id, role: 'MEMBER' }));
      await addFirst(tx, changed, made, [{ userId, role: 'OWNER' }, ...members]);
      return made;
    });

  return {
    async start(userId: string, { userIds, title }: NewChat): Promise<Outcome<Chat, StartRefusal>> {
      const others = [...new Set(userIds)].filter((id) => id !== userId);
      const [other, ...more] = others;
      if (other === undefined) return refused(invalidMembers());
      if (title === undefined)
        return more.length > 0 ? refused(invalidMembers()) : startDirect(userId, other);
      const name = title.trim();
      if (name.length < 1 || name.length > longestTitle)
        return refused(about('title', 'INVALID_LENGTH', 'The title must have 1 to 100 characters.'));
      if (others.length >= maxMembers)
        return refused(about('userIds', 'GROUP_FULL', 'A group has at most 1,000 members.'));
      return startGroup(userId, name, others);
    },
  };
}

const unknownUser: ReadonlySet<string> = new Set([
  'chats_direct_low_fkey',
  'chats_direct_high_fkey',
  'chat_members_user_id_fkey',
]);

const invalidMembers = () =>
  about(
    'userIds',
    'INVALID_MEMBERS',
    'Name one other user for a direct chat, or some for a group with a title.',
  );

/** Everything of a new chat may be remembered as missing, by somebody who has guessed its id. */
async function addFirst(
  tx: Queryable,
  changed: Changed,
  { id }: Chat,
  members: readonly NewMember[],
): Promise<void> {
  changed(chatPolicy, id);
  changed(historyPolicy, id);
  await insertHead(tx, id);
  await insertMembers(tx, changed, id, members);
}

async function insertDirectChat(tx: Queryable, one: string, other: string): Promise<Chat | undefined> {
  return onlyRow(
    await tx.rows<Chat>(sql`
      INSERT INTO chats (kind, direct_low, direct_high)
      VALUES ('DIRECT', least(${one}::bigint, ${other}::bigint), greatest(${one}::bigint, ${other}::bigint))
      ON CONFLICT ON CONSTRAINT chats_of_two DO NOTHING
      RETURNING id::text, kind, title, created_at AS "createdAt"`),
  );
}

async function selectDirectChat(tx: Queryable, one: string, other: string): Promise<Chat> {
  const rows = await tx.rows<Chat>(sql`
    SELECT id::text, kind, title, created_at AS "createdAt" FROM chats
    WHERE direct_low = least(${one}::bigint, ${other}::bigint)
      AND direct_high = greatest(${one}::bigint, ${other}::bigint)`);
  const found = onlyRow(rows);
  if (found === undefined) throw new Error('a chat of two that was there is gone');
  return found;
}

async function insertGroup(tx: Queryable, title: string): Promise<Chat> {
  const rows = await tx.rows<Chat>(sql`
    INSERT INTO chats (kind, title) VALUES ('GROUP', ${title})
    RETURNING id::text, kind, title, created_at AS "createdAt"`);
  const made = onlyRow(rows);
  if (made === undefined) throw new Error('INSERT … RETURNING gave no row');
  return made;
}

async function insertHead(tx: Queryable, chatId: string): Promise<void> {
  await tx.rows(sql`
    INSERT INTO chat_heads (chat_id, last_message_id)
    VALUES (${chatId}::bigint, next_message_id(${chatId}::bigint, 0))`);
}
