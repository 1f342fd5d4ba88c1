import type { SentMessage } from '../../datasources/chats/messages.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, partsOf, toGlobalId } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import type { Context } from '../../src/context/context.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { DomainError } from '../../src/errors/domain-error.ts';
import { attachable, findAttachment } from '../attachments.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

/** Only what one is a member of: anything else answers like what does not exist. */
export const nodes: Readonly<Record<string, FindNode>> = {
  Chat: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in' ? data.chats.chats.find(viewer.userId, id) : Promise.resolve(undefined),
  Message: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in'
      ? data.chats.history.find(viewer.userId, messageKey(toGlobalId('Message', id)))
      : Promise.resolve(undefined),
};

export const resolvers: Resolvers = {
  Query: {
    chat: async (_parent, { id }, { data, viewer }) =>
      orNotFound(await data.chats.chats.find(signedIn(viewer).userId, idOf('Chat', id))),
  },

  Mutation: {
    startChat: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.chats.starts.start(signedIn(viewer).userId, {
        userIds: input.userIds.map((id) => idOf('User', id)),
        title: input.title ?? undefined,
      });
      if (!outcome.ok) return { chat: null, userErrors: toUserErrors(outcome.refusals) };
      return { chat: outcome.value, userErrors: [] };
    },
    addChatMember: async (_parent, { input }, context) => {
      const { userId } = signedIn(context.viewer);
      const chatId = idOf('Chat', input.chatId);
      const outcome = await context.data.chats.groups.add(userId, chatId, {
        userId: idOf('User', input.userId),
        role: input.role ?? 'MEMBER',
      });
      if (!outcome.ok) return { chat: null, userErrors: toUserErrors(outcome.refusals) };
      return { chat: await ownChat(context, chatId), userErrors: [] };
    },
    removeChatMember: async (_parent, { input }, context) => {
      const { userId } = signedIn(context.viewer);
      const chatId = idOf('Chat', input.chatId);
      const removed = idOf('User', input.userId);
      const outcome = await context.data.chats.groups.remove(userId, chatId, removed);
      if (!outcome.ok) return { chat: null, userErrors: toUserErrors(outcome.refusals) };
      return { chat: removed === userId ? null : await ownChat(context, chatId), userErrors: [] };
    },
    sendMessage: async (_parent, { input }, context) => {
      const outcome = await context.data.chats.sending.send({
        chatId: idOf('Chat', input.chatId),
        authorId: signedIn(context.viewer).userId,
        text: input.text,
        clientMessageId: input.clientMessageId,
        attachment: attachable(context, input.attachmentId),
      });
      if (!outcome.ok) return { message: null, userErrors: toUserErrors(outcome.refusals) };
      return { message: outcome.value, userErrors: [] };
    },
    editMessage: async (_parent, { input }, { data, viewer }) => {
      const author = signedIn(viewer).userId;
      const outcome = await data.chats.sending.edit(author, messageKey(input.id), input.text);
      if (!outcome.ok) return { message: null, userErrors: toUserErrors(outcome.refusals) };
      return { message: outcome.value, userErrors: [] };
    },
    deleteMessage: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.chats.sending.delete(signedIn(viewer).userId, messageKey(input.id));
      if (!outcome.ok) return { message: null, userErrors: toUserErrors(outcome.refusals) };
      return { message: outcome.value, userErrors: [] };
    },
    markChatRead: async (_parent, { input }, context) => {
      const chatId = idOf('Chat', input.chatId);
      const upTo = input.messageId == null ? undefined : messageIn(chatId, input.messageId, 'messageId');
      await context.data.chats.reads.mark(signedIn(context.viewer).userId, chatId, upTo);
      return { chat: await ownChat(context, chatId), userErrors: [] };
    },
  },

  Subscription: {
    messageAdded: {
      subscribe: async (_parent, { chatId, after }, { data, viewer }) => {
        const key = { chatId: idOf('Chat', chatId), userId: signedIn(viewer).userId };
        const from = after == null ? undefined : messageIn(key.chatId, after, 'after');
        return data.chats.live.messages(key, from);
      },
      resolve: async (event: unknown, _args: unknown, { data }: Context) =>
        orNotFound(await data.chats.history.findSent(event as SentMessage)),
    },
  },

  User: {
    chats: async (user, args, { data }) => {
      const request = pageRequest(args, 'chats');
      return toConnection(
        await data.chats.chats.list(user.id, request),
        request,
        'chats',
        ({ place }) => place,
      );
    },
  },

  Chat: {
    id: (chat) => toGlobalId('Chat', chat.id),
    members: async (chat, args, { data, viewer }) => {
      const request = pageRequest(args, 'members');
      const page = await data.chats.members.list(signedIn(viewer).userId, chat.id, request);
      return toConnection(page, request, 'members', ({ place }) => place);
    },
    messages: async (chat, args, { data, viewer }) => {
      const request = pageRequest(args, 'messages');
      const page = await data.chats.history.page(signedIn(viewer).userId, chat.id, request);
      return toConnection(page, request, 'messages', ({ id }) => id);
    },
    unreadCount: (chat, _args, { data, viewer }) =>
      data.chats.reads.countUnread(signedIn(viewer).userId, chat.id),
  },

  ChatMember: {
    user: async ({ userId }, _args, { data }) => (await data.users.profiles.get(userId)) ?? null,
  },

  Message: {
    id: ({ chatId, id }) => toGlobalId('Message', `${chatId}.${id}`),
    author: async ({ authorId }, _args, { data }) =>
      authorId === null ? null : ((await data.users.profiles.get(authorId)) ?? null),
    attachment: ({ attachment }, _args, context) => findAttachment(context, attachment),
  },
};

async function ownChat({ data, viewer }: Context, chatId: string) {
  return orNotFound(await data.chats.chats.find(signedIn(viewer).userId, chatId));
}

function messageKey(globalId: string) {
  const [chatId, id] = partsOf('Message', globalId);
  return { chatId, id };
}

/** Throws `BAD_USER_INPUT` for a message of another chat. */
function messageIn(chatId: string, globalId: string, argument: string): string {
  const key = messageKey(globalId);
  if (key.chatId === chatId) return key.id;
  throw new DomainError('BAD_USER_INPUT', `\`${argument}\` is not a message of this chat.`);
}
