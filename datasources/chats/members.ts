import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { listsByKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { chatRoles, membershipPolicy, type Membership, type Memberships } from './membership.ts';
import { readPolicy } from './reads.ts';

const member = z.object({
  chatId: z.string(),
  userId: z.string(),
  role: z.enum(chatRoles),
  joinedAt: instant,
  /** The order of joining. */
  place: z.string(),
});

/** Somebody in a chat. */
export type ChatMember = z.output<typeof member>;

export const maxMembers = 1_000;

/**
 * All members of a chat, the earliest first: for showing them. Who may do what is asked of the strict memberships alone.
 * One value, so it is complete or not there: there is no set that an addition could begin anew.
 */
export const groupMembersPolicy: CachePolicy<string, readonly ChatMember[]> = {
  name: 'group-members',
  version: 1,
  key: (chatId) => chatId,
  freshForMs: 6 * 3_600_000,
  staleForMs: 0,
  missingForMs: 0,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(z.array(member)),
};

export const groupMembersChanges: TableChanges<'chat_id' | 'user_id'> = {
  table: 'chat_members',
  columns: ['chat_id', 'user_id'],
  keys: (row) => [keyOf(groupMembersPolicy, row.chat_id)],
};

interface Needs {
  readonly store: Store;
  readonly memberships: Memberships;
}

export function createMembers({ store, memberships }: Needs) {
  const lists = store.cached(groupMembersPolicy, selectMembers);
  return {
    /** The earliest first. Throws `NOT_FOUND` for who is no member. */
    async list(viewerId: string, chatId: string, request: PageRequest): Promise<Page<ChatMember>> {
      const [, members = []] = await Promise.all([
        memberships.require({ chatId, userId: viewerId }),
        lists.load(chatId),
      ]);
      const after = BigInt(request.after ?? 0);
      const rest = members.filter(({ place }) => BigInt(place) > after);
      return pageOf(rest.slice(0, request.limit + 1), request);
    },
  };
}

export interface NewMember {
  readonly userId: string;
  readonly role: Membership['role'];
}

/** In their order. What was sent before is not unread to them. */
export async function insertMembers(
  tx: Queryable,
  changed: Changed,
  chatId: string,
  members: readonly NewMember[],
): Promise<void> {
  await tx.rows(sql`
    WITH joined AS (
      INSERT INTO chat_members (chat_id, user_id, role)
      SELECT ${chatId}::bigint, user_id, role
      FROM unnest(${members.map(({ userId }) => userId)}::bigint[], ${members.map(({ role }) => role)}::text[])
        WITH ORDINALITY AS named (user_id, role, place)
      ORDER BY place
      RETURNING user_id
    )
    INSERT INTO chat_reads (chat_id, user_id, read_id)
    SELECT chat_id, user_id, last_message_id FROM joined, chat_heads WHERE chat_id = ${chatId}::bigint`);
  for (const { userId } of members) noteMember(changed, chatId, userId);
}

export async function deleteMember(
  tx: Queryable,
  changed: Changed,
  chatId: string,
  userId: string,
): Promise<void> {
  await tx.rows(
    sql`DELETE FROM chat_members WHERE chat_id = ${chatId}::bigint AND user_id = ${userId}::bigint`,
  );
  noteMember(changed, chatId, userId);
}

function noteMember(changed: Changed, chatId: string, userId: string): void {
  // That somebody is no member is remembered, too.
  changed(membershipPolicy, { chatId, userId });
  changed(readPolicy, { chatId, userId });
  changed(groupMembersPolicy, chatId);
}

async function selectMembers(
  db: Queryable,
  chatIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ChatMember[]>> {
  const rows = await db.rows<ChatMember>(sql`
    SELECT chat_id::text AS "chatId", user_id::text AS "userId", role, joined_at AS "joinedAt", place::text
    FROM chat_members WHERE chat_id = ANY(${chatIds}::bigint[]) ORDER BY chat_members.place`);
  return listsByKey(rows, ({ chatId }) => chatId);
}
