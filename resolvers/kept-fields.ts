import type { Resolvers } from '../schema/generated/resolvers.ts';

/**
 * Fields that answer everybody alike: their rule lets all pass, and neither they nor what they ask look at the viewer. Answers
 * made of nothing else may be shared between viewers, so that a line more here is a right more, to be reviewed as such.
 *
 * Not here, though everybody may read them, are those that tell viewers apart (`viewer`, `cart`, `rateLimit`), `node` and
 * `nodes`, which find a session or an order for its owner alone, and what only mutations answer.
 */
export const sharedFields = {
  Query: ['product', 'products', 'searchProducts', 'shortLink', 'user', 'userByUsername'],
  Product: [
    ...(['id', 'name', 'price', 'category', 'rating', 'inventory', 'mainImage', 'images'] as const),
    ...(['description', 'createdAt'] as const),
  ],
  Inventory: ['stock', 'status'],
  ProductConnection: ['edges', 'nodes', 'pageInfo', 'totalCount'],
  ProductEdge: ['cursor', 'node'],
  ProductSearchConnection: ['edges', 'nodes', 'pageInfo', 'totalCount', 'isTotalCapped'],
  ShortLink: ['id', 'code', 'url', 'shortUrl', 'clicks', 'createdAt', 'expiresAt', 'owner'],
  User: ['id', 'username', 'displayName', 'avatarUrl', 'statusMessage', 'createdAt'],
  Money: ['amount', 'currencyCode'],
  PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
} satisfies KeptFields<Resolvers>;

/**
 * Fields beside those that answer one and the same session alike, for as long as its role and the entries are what they were
 * of which they are made: beside what they read through the store they look at the viewer's ids and role, and not at the clock, at
 * a scope or at anything of this process. What is read from Postgres or live is found out for each answer, which then is not kept.
 */
export const steadyFields = {
  Query: ['viewer', 'chat'],
  User: ['role', 'email', 'phone', 'preferences', 'notifications', 'unreadNotificationCount'],
  NotificationPreferences: ['email', 'sms', 'push', 'promotional', 'quietHours'],
  QuietHours: ['start', 'end', 'timeZone'],
  Notification: [
    ...(['id', 'channel', 'category', 'status', 'suppressedBecause', 'subject', 'body'] as const),
    ...(['createdAt', 'deferredUntil', 'sentAt', 'readAt'] as const),
  ],
  NotificationConnection: ['edges', 'nodes', 'pageInfo'],
  NotificationEdge: ['cursor', 'node'],
  Chat: ['id', 'kind', 'title', 'members', 'messages', 'unreadCount', 'createdAt'],
  ChatMember: ['user', 'role', 'joinedAt'],
  ChatMemberConnection: ['edges', 'nodes', 'pageInfo'],
  ChatMemberEdge: ['cursor', 'node'],
  Message: ['id', 'author', 'text', 'sentAt', 'editedAt', 'deletedAt'],
  MessageConnection: ['edges', 'nodes', 'pageInfo'],
  MessageEdge: ['cursor', 'node'],
} satisfies KeptFields<Resolvers>;

/** By type; only names of the schema. */
export type KeptFields<Types = Record<string, Record<string, unknown>>> = {
  readonly [Type in keyof Types]?: readonly (keyof NonNullable<Types[Type]>)[];
};
