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
} satisfies SharedFields<Resolvers>;

/** By type; only names of the schema. */
export type SharedFields<Types = Record<string, Record<string, unknown>>> = {
  readonly [Type in keyof Types]?: readonly (keyof NonNullable<Types[Type]>)[];
};
