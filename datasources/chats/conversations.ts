import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
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
export const conversations = {
  chats: (dependencies: Needs) => createChats(withMemberships(dependencies)),
  starts: (dependencies: Needs) => createStarts(withMemberships(dependencies)),
  members: (dependencies: Needs) => createMembers(withMemberships(dependencies)),
  groups: (dependencies: Needs) => createGroups(withMemberships(dependencies)),
  sending: (dependencies: Needs) => createSending(withMemberships(dependencies)),
  history: (dependencies: Needs) => createHistory(withMemberships(dependencies)),
  reads: (dependencies: Needs) => createReads(withMemberships(dependencies)),
  live: (dependencies: Needs) => createLive(withMemberships(dependencies)),
};

export const createConversations = lazily(conversations);

type Needs = Pick<Dependencies, 'store' | 'clock' | 'pubsub' | 'turns'>;

const withMemberships = (dependencies: Needs) => ({
  memberships: createMemberships(dependencies),
  ...dependencies,
});
