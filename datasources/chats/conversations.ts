import type { Dependencies } from '../dependencies.ts';
import { createChats } from './chats.ts';
import { createGroups } from './group.ts';
import { createHistory } from './history.ts';
import { createLive } from './live.ts';
import { createMembers } from './members.ts';
import { createMemberships } from './membership.ts';
import { createReads } from './reads.ts';
import { createSending } from './sending.ts';
import { createStarts } from './start-chat.ts';

/** Who is in a chat, what is said there, and how far it was read. */
export function createConversations(
  dependencies: Pick<Dependencies, 'store' | 'clock' | 'pubsub' | 'turns'>,
) {
  const parts = { memberships: createMemberships(dependencies), ...dependencies };
  return {
    chats: createChats(parts),
    starts: createStarts(parts),
    members: createMembers(parts),
    groups: createGroups(parts),
    sending: createSending(parts),
    history: createHistory(parts),
    reads: createReads(parts),
    live: createLive(parts),
  };
}
