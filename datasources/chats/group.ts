import { violatedConstraint } from '../../src/database/failures.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome, type Refusal } from '../../src/errors/refusal.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import type { Store } from '../../src/store/store.ts';
import { channelOf, encodeNotice } from './channel.ts';
import { lockHead } from './head.ts';
import { deleteMember, insertMembers, maxMembers, type NewMember } from './members.ts';
import { noSuchChat, type Membership, type Memberships } from './membership.ts';

type Role = Membership['role'];
type GroupRefusal = 'NOT_A_GROUP' | 'NOT_A_GROUP_ADMIN' | 'OWNER_STAYS';
type AddRefusal = GroupRefusal | 'GROUP_FULL' | 'INVALID_MEMBERS';

interface Needs {
  readonly store: Store;
  readonly pubsub: PubSub;
  readonly memberships: Memberships;
}

/** A group as it is while its head is locked. */
interface Group {
  readonly kind: 'DIRECT' | 'GROUP';
  /** Null for who is no member. */
  readonly viewerRole: Role | null;
  readonly memberRole: Role | null;
  readonly members: number;
}

/** Who comes and goes. All of it under the lock of the chat's head, so that nothing is sent by who was just removed. */
export function createGroups({ store, pubsub, memberships }: Needs) {
  return {
    /** Adding a member again changes nothing. Throws `NOT_FOUND` where the viewer is no member. */
    async add(viewerId: string, chatId: string, added: NewMember): Promise<Outcome<undefined, AddRefusal>> {
      await memberships.require({ chatId, userId: viewerId });
      try {
        const refusal = await store.write(async (tx, changed) => {
          const group = await lockGroup(tx, chatId, viewerId, added.userId);
          const reason = whyNotAdd(group, added.role);
          if (reason === undefined && group.memberRole === null)
            await insertMembers(tx, changed, chatId, [added]);
          return reason;
        });
        return refusal === undefined ? done(undefined) : refused(refusal);
      } catch (error) {
        if (violatedConstraint(error) !== 'chat_members_user_id_fkey') throw error;
        return refused(about('userId', 'INVALID_MEMBERS', 'There is no such user.'));
      }
    },

    /** Also oneself. Removing who is no member changes nothing. Throws `NOT_FOUND` where the viewer is no member. */
    async remove(
      viewerId: string,
      chatId: string,
      userId: string,
    ): Promise<Outcome<undefined, GroupRefusal>> {
      await memberships.require({ chatId, userId: viewerId });
      const refusal = await store.write(async (tx, changed) => {
        const group = await lockGroup(tx, chatId, viewerId, userId);
        const reason = whyNotRemove(group, viewerId === userId);
        if (reason === undefined && group.memberRole !== null)
          await deleteMember(tx, changed, chatId, userId);
        return reason;
      });
      if (refusal !== undefined) return refused(refusal);
      await pubsub.publish(channelOf(chatId), encodeNotice({ kind: 'left', userId }));
      return done(undefined);
    },
  };
}

function whyNotAdd(group: Group, role: Role): Refusal<AddRefusal> | undefined {
  if (group.kind === 'DIRECT') return notAGroup();
  if (group.viewerRole === 'MEMBER') return notAnAdmin('Only the owner and admins add members.');
  if (role === 'OWNER') return about('role', 'OWNER_STAYS', 'A group has one owner, who stays.');
  if (group.memberRole !== null) return undefined;
  if (role === 'ADMIN' && group.viewerRole !== 'OWNER') return notAnAdmin('Only the owner makes admins.');
  if (group.members >= maxMembers) return about('chatId', 'GROUP_FULL', 'A group has at most 1,000 members.');
  return undefined;
}

function whyNotRemove(group: Group, isSelf: boolean): Refusal<GroupRefusal> | undefined {
  if (group.kind === 'DIRECT') return notAGroup();
  if (!isSelf && group.viewerRole === 'MEMBER') return notAnAdmin('Only the owner and admins remove others.');
  if (group.memberRole === 'OWNER') return about('userId', 'OWNER_STAYS', 'The owner stays.');
  return undefined;
}

const notAGroup = () => about('chatId', 'NOT_A_GROUP', 'A direct chat has its two members for ever.');
const notAnAdmin = (message: string) => about('chatId', 'NOT_A_GROUP_ADMIN', message);

async function lockGroup(tx: Queryable, chatId: string, viewerId: string, memberId: string): Promise<Group> {
  await lockHead(tx, chatId);
  // A statement of its own: it sees what was committed while the lock was waited for.
  const rows = await tx.rows<Group>(sql`
    SELECT kind,
      (SELECT role FROM chat_members WHERE chat_id = chats.id AND user_id = ${viewerId}::bigint) AS "viewerRole",
      (SELECT role FROM chat_members WHERE chat_id = chats.id AND user_id = ${memberId}::bigint) AS "memberRole",
      (SELECT count(*)::int FROM chat_members WHERE chat_id = chats.id) AS members
    FROM chats WHERE id = ${chatId}::bigint`);
  const group = onlyRow(rows);
  if (group === undefined || group.viewerRole === null) throw noSuchChat();
  return group;
}
