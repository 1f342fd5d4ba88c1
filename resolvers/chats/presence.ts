import type { PresenceChange } from '../../datasources/chats/presence.ts';
import { idOf } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import type { Context } from '../../src/context/context.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { orNotFound } from '../node.ts';

export const resolvers: Resolvers = {
  Mutation: {
    heartbeat: async (_parent, _args, { data, viewer }) => {
      const { userId } = signedIn(viewer);
      await data.chats.presence.beat(userId);
      return { user: orNotFound(await data.users.profiles.get(userId)), userErrors: [] };
    },
  },

  Subscription: {
    presenceChanged: {
      subscribe: (_parent, { userIds }, { data }) =>
        data.chats.presence.follow(userIds.map((id) => idOf('User', id))),
      resolve: async ({ id }: PresenceChange, _args: unknown, { data }: Context) =>
        (await data.users.profiles.get(id)) ?? null,
    },
  },

  User: {
    presence: ({ id }, _args, { data }) => data.chats.presence.get(id),
  },

  Presence: {
    lastSeenAt: async (presence, _args, { data }) => (await data.chats.presence.lastSeenAt(presence)) ?? null,
  },
};
