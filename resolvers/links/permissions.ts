import { everybody, self, signedIn, type Permissions } from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    shortLink: everybody,
  },
  Mutation: {
    createShortLink: signedIn,
    updateShortLink: signedIn,
    deleteShortLink: signedIn,
  },
  User: {
    shortLinks: self,
  },
  ShortLink: {
    id: everybody,
    code: everybody,
    url: everybody,
    shortUrl: everybody,
    clicks: everybody,
    createdAt: everybody,
    expiresAt: everybody,
    owner: everybody,
  },
  ShortLinkConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  ShortLinkEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  CreateShortLinkPayload: {
    shortLink: signedIn,
    userErrors: signedIn,
  },
  UpdateShortLinkPayload: {
    shortLink: signedIn,
    userErrors: signedIn,
  },
  DeleteShortLinkPayload: {
    shortLink: signedIn,
    userErrors: signedIn,
  },
} satisfies Permissions;
