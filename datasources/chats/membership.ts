import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { DomainError } from '../../src/errors/domain-error.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Store } from '../../src/store/store.ts';

export const chatRoles = ['OWNER', 'ADMIN', 'MEMBER'] as const;

const membership = z.object({ role: z.enum(chatRoles) });

/** That somebody is in a chat, and what they may do there. */
export type Membership = z.output<typeof membership>;

export interface MemberKey {
  readonly chatId: string;
  readonly userId: string;
}

/** Strict, and an entry for each member: who was removed reads nothing more through any gateway, whatever else is cached. */
export const membershipPolicy: CachePolicy<MemberKey, Membership> = {
  name: 'membership',
  version: 1,
  key: ({ chatId, userId }) => `${chatId}:${userId}`,
  freshForMs: 6 * 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(membership),
};

export const membershipChanges: TableChanges<'chat_id' | 'user_id'> = {
  table: 'chat_members',
  columns: ['chat_id', 'user_id'],
  keys: (row) => [keyOf(membershipPolicy, { chatId: row.chat_id, userId: row.user_id })],
};

/** Everything in a chat asks here first. */
export function createMemberships({ store }: { readonly store: Store }) {
  const memberships = store.cached(membershipPolicy, selectMemberships);
  return {
    find: memberships.load,

    /** Throws `NOT_FOUND` for who is no member: another's chat answers like one that does not exist. */
    async require(key: MemberKey): Promise<Membership> {
      const found = await memberships.load(key);
      if (found === undefined) throw noSuchChat();
      return found;
    },
  };
}

export type Memberships = ReturnType<typeof createMemberships>;

export const noSuchChat = () => new DomainError('NOT_FOUND', 'There is nothing with this id.');

async function selectMemberships(
  db: Queryable,
  keys: readonly MemberKey[],
): Promise<ReadonlyMap<MemberKey, Membership>> {
  const rows = await db.rows<Membership & { place: number }>(sql`
    SELECT asked.place::int, m.role
    FROM unnest(${keys.map(({ chatId }) => chatId)}::bigint[], ${keys.map(({ userId }) => userId)}::bigint[])
      WITH ORDINALITY AS asked (chat_id, user_id, place)
    JOIN chat_members m USING (chat_id, user_id)`);
  const found = new Map(rows.map(({ place, role }) => [place, { role }]));
  return new Map(
    keys.flatMap((key, index) => {
      const one = found.get(index + 1);
      return one === undefined ? [] : [[key, one] as const];
    }),
  );
}
