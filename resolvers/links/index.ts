import { pageRequest, toConnection } from '../../schema/connection.ts';
import { toGlobalId } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const nodes: Readonly<Record<string, FindNode>> = {
  ShortLink: ({ data }, code) => data.links.links.get(code),
};

export const resolvers: Resolvers = {
  Query: {
    shortLink: async (_parent, { code }, { data }) => orNotFound(await data.links.links.get(code)),
  },

  Mutation: {
    createShortLink: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.links.shortening.create(signedIn(viewer).userId, {
        url: input.url,
        alias: input.alias ?? undefined,
        expiresAt: input.expiresAt ?? null,
      });
      if (!outcome.ok) return { shortLink: null, userErrors: toUserErrors(outcome.refusals) };
      return { shortLink: outcome.value, userErrors: [] };
    },
    updateShortLink: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.links.shortening.update(signedIn(viewer).userId, input.code, {
        url: input.url ?? undefined,
        expiresAt: input.expiresAt,
      });
      if (!outcome.ok) return { shortLink: null, userErrors: toUserErrors(outcome.refusals) };
      return { shortLink: orNotFound(outcome.value), userErrors: [] };
    },
    deleteShortLink: async (_parent, { input }, { data, viewer }) => ({
      shortLink: orNotFound(await data.links.shortening.remove(signedIn(viewer).userId, input.code)),
      userErrors: [],
    }),
  },

  User: {
    shortLinks: async (user, args, { data }) => {
      const request = pageRequest(args, 'short-links');
      return toConnection(
        await data.links.links.list(user.id, request),
        request,
        'short-links',
        ({ id }) => id,
      );
    },
  },

  ShortLink: {
    id: ({ code }) => toGlobalId('ShortLink', code),
    shortUrl: (link, _args, { data }) => data.links.links.addressOf(link),
    clicks: (link, _args, { data }) => data.links.clicks.of(link),
    owner: async ({ ownerId }, _args, { data }) => (await data.users.profiles.get(ownerId)) ?? null,
  },
};
