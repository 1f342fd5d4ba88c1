import type { Typing } from '../../datasources/chats/typing.ts';
import { idOf } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { orNotFound } from '../node.ts';

export const resolvers: Resolvers = {
  Mutation: {
    setTyping: async (_parent, { input }, { data, viewer }) => {
      const chatId = idOf('Chat', input.chatId);
      return {
        chat: orNotFound(await data.chats.typing.tell(signedIn(viewer).userId, chatId)),
        userErrors: [],
      };
    },
  },

  Subscription: {
    typing: {
      subscribe: async (_parent, { chatId }, { data, viewer }) =>
        orNotFound(await data.chats.typing.follow(signedIn(viewer).userId, idOf('Chat', chatId))),
      resolve: (typing: Typing) => typing,
    },
  },

  Typing: {
    user: async ({ userId }, _args, { data }) => (await data.users.profiles.get(userId)) ?? null,
  },
};
