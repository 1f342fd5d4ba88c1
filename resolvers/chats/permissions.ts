import { self, signedIn, type Permissions } from '../../src/auth/rules.ts';

/** Who is a member of what is asked by the datasource, with every read and every change. */
export const permissions = {
  Query: {
    chat: signedIn,
  },
  Mutation: {
    startChat: signedIn,
    addChatMember: signedIn,
    removeChatMember: signedIn,
    sendMessage: signedIn,
    editMessage: signedIn,
    deleteMessage: signedIn,
    markChatRead: signedIn,
  },
  Subscription: {
    messageAdded: signedIn,
  },
  User: {
    chats: self,
  },
  Chat: {
    id: signedIn,
    kind: signedIn,
    title: signedIn,
    members: signedIn,
    messages: signedIn,
    unreadCount: signedIn,
    createdAt: signedIn,
  },
  ChatMember: {
    user: signedIn,
    role: signedIn,
    joinedAt: signedIn,
  },
  Message: {
    id: signedIn,
    author: signedIn,
    text: signedIn,
    sentAt: signedIn,
    editedAt: signedIn,
    deletedAt: signedIn,
    attachment: signedIn,
  },
  ChatConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  ChatEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  ChatMemberConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  ChatMemberEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  MessageConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  MessageEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  StartChatPayload: {
    chat: signedIn,
    userErrors: signedIn,
  },
  AddChatMemberPayload: {
    chat: signedIn,
    userErrors: signedIn,
  },
  RemoveChatMemberPayload: {
    chat: signedIn,
    userErrors: signedIn,
  },
  SendMessagePayload: {
    message: signedIn,
    userErrors: signedIn,
  },
  EditMessagePayload: {
    message: signedIn,
    userErrors: signedIn,
  },
  DeleteMessagePayload: {
    message: signedIn,
    userErrors: signedIn,
  },
  MarkChatReadPayload: {
    chat: signedIn,
    userErrors: signedIn,
  },
} satisfies Permissions;
