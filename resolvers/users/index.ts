import type { Session } from '../../datasources/users/sessions.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import type { Context } from '../../src/context/context.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const nodes: Readonly<Record<string, FindNode>> = {
  User: ({ data }, id) => data.users.profiles.get(id),
  /** Only one's own: another's answers like one that does not exist. */
  Session: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in'
      ? data.users.sessions.find({ userId: viewer.userId, sessionId: id })
      : Promise.resolve(undefined),
};

export const resolvers: Resolvers = {
  Query: {
    viewer: async (_parent, _args, { data, viewer }) =>
      viewer.kind === 'signed-in' ? orNotFound(await data.users.profiles.get(viewer.userId)) : null,
    user: async (_parent, { id }, { data }) => orNotFound(await data.users.profiles.get(idOf('User', id))),
    userByUsername: async (_parent, { username }, { data }) =>
      orNotFound(await data.users.profiles.findByUsername(username)),
  },

  Mutation: {
    signUp: async (_parent, { input }, { data, provenUserIds }) => {
      const takeCart = cartTaker(input.cartToken, data);
      const outcome = await data.users.accounts.signUp(input);
      if (!outcome.ok) return { token: null, user: null, userErrors: toUserErrors(outcome.refusals) };
      const { token, userId } = outcome.value;
      await takeCart(userId);
      provenUserIds.add(userId);
      return { token, user: orNotFound(await data.users.profiles.get(userId)), userErrors: [] };
    },
    signIn: async (_parent, { input }, { data, provenUserIds }) => {
      const takeCart = cartTaker(input.cartToken, data);
      const outcome = await data.users.accounts.signIn(input.username, input.password);
      if (!outcome.ok) return { token: null, user: null, userErrors: toUserErrors(outcome.refusals) };
      const { token, userId } = outcome.value;
      await takeCart(userId);
      provenUserIds.add(userId);
      return { token, user: orNotFound(await data.users.profiles.get(userId)), userErrors: [] };
    },
    signOut: async (_parent, _args, { data, viewer }) => {
      const wasLive = await data.users.sessions.end(signedIn(viewer));
      return { endedSessions: wasLive ? 1 : 0, userErrors: [] };
    },
    signOutEverywhere: async (_parent, _args, { data, viewer }) => ({
      endedSessions: await data.users.sessions.endAll(signedIn(viewer).userId),
      userErrors: [],
    }),
    changePassword: async (_parent, { input }, { data, viewer }) => {
      const me = signedIn(viewer);
      const outcome = await data.users.accounts.changePassword(me, input);
      if (!outcome.ok) return { user: null, userErrors: toUserErrors(outcome.refusals) };
      return { user: orNotFound(await data.users.profiles.get(me.userId)), userErrors: [] };
    },
    stepUp: async (_parent, { input }, context) => {
      const outcome = await context.data.users.accounts.stepUp(signedIn(context.viewer), input.password);
      if (!outcome.ok) return { session: null, userErrors: toUserErrors(outcome.refusals) };
      return { session: await currentSession(context), userErrors: [] };
    },
    updateProfile: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.users.profiles.update(signedIn(viewer).userId, {
        ...input,
        avatarUrl: input.avatarUrl instanceof URL ? input.avatarUrl.href : input.avatarUrl,
      });
      if (!outcome.ok) return { user: null, userErrors: toUserErrors(outcome.refusals) };
      return { user: orNotFound(outcome.value), userErrors: [] };
    },
    changeUserRole: async (_parent, { input }, { data }) => {
      const userId = idOf('User', input.userId);
      orNotFound((await data.users.accounts.changeRole(userId, input.role)) || undefined);
      return { user: orNotFound(await data.users.profiles.get(userId)), userErrors: [] };
    },
    revokeUserSessions: async (_parent, { input }, { data }) => ({
      endedSessions: await data.users.sessions.endAll(idOf('User', input.userId)),
      userErrors: [],
    }),
  },

  User: {
    id: (user) => toGlobalId('User', user.id),
    sessions: async (user, args, { data }) => {
      const request = pageRequest(args, 'sessions');
      return toConnection(
        await data.users.sessions.list(user.id, request),
        request,
        'sessions',
        ({ id }) => id,
      );
    },
  },

  Session: {
    id: (session) => toGlobalId('Session', session.id),
    isCurrent: (session, _args, { viewer }) => viewer.kind === 'signed-in' && viewer.sessionId === session.id,
    scopes: (session, _args, { data }) => data.users.sessions.scopesOf(session),
  },
};

/**
 * Takes a visitor's cart over into the user's. Throws `BAD_USER_INPUT` at once for a malformed token, before anybody is signed
 * in. Where the taking over fails, so does signing in, and can be repeated: the token still stands for the cart.
 */
function cartTaker(cartToken: string | null | undefined, { shop }: Context['data']) {
  if (cartToken == null) return () => Promise.resolve();
  const token = shop.cart.checkToken(cartToken);
  return (userId: string) => shop.cart.merge(userId, token);
}

async function currentSession({ data, viewer }: Context): Promise<Session> {
  return orNotFound(await data.users.sessions.find(signedIn(viewer)));
}
