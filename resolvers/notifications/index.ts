import type { Received } from '../../datasources/notifications/live.ts';
import { variablesIn } from '../../datasources/notifications/rendering.ts';
import { refusalOf } from '../../datasources/notifications/suppression.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import type { Context } from '../../src/context/context.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import { DomainError } from '../../src/errors/domain-error.ts';
import { attachable, findAttachment } from '../attachments.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const nodes: Readonly<Record<string, FindNode>> = {
  /** Only one's own: another's answers like one that does not exist. */
  Notification: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in'
      ? data.notifications.centre.get(viewer.userId, id)
      : Promise.resolve(undefined),
  /** Its fields are for admins and services alone; for others there is none. */
  NotificationTemplate: ({ data, viewer }, id) =>
    viewer.kind === 'signed-in' && viewer.role !== 'USER'
      ? data.notifications.templates.get(id)
      : Promise.resolve(undefined),
};

const maxIds = 100;

export const resolvers: Resolvers = {
  Query: {
    notificationTemplate: async (_parent, { id }, { data }) =>
      orNotFound(await data.notifications.templates.get(idOf('NotificationTemplate', id))),
  },

  Mutation: {
    updatePreferences: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.notifications.preferences.update(signedIn(viewer).userId, input);
      if (!outcome.ok) return { preferences: null, userErrors: toUserErrors(outcome.refusals) };
      return { preferences: outcome.value, userErrors: [] };
    },
    sendNotification: async (_parent, { input }, context) => {
      const outcome = await context.data.notifications.sending.send({
        senderId: signedIn(context.viewer).userId,
        userId: idOf('User', input.userId),
        templateId: idOf('NotificationTemplate', input.templateId),
        variables: input.variables ?? new Map<string, string>(),
        idempotencyKey: input.idempotencyKey,
        attachment: attachable(context, input.attachmentId),
      });
      if (!outcome.ok) return { notification: null, userErrors: toUserErrors(outcome.refusals) };
      const notification = orNotFound(outcome.value);
      const reason = notification.suppressedBecause;
      return { notification, userErrors: reason === null ? [] : toUserErrors([refusalOf(reason)]) };
    },
    markNotificationsRead: async (_parent, { input }, { data, viewer }) => {
      const { userId } = signedIn(viewer);
      if (input.ids != null && input.ids.length > maxIds)
        throw new DomainError('BAD_USER_INPUT', `At most ${maxIds} ids at once, not ${input.ids.length}.`);
      const named = input.ids?.map((id) => idOf('Notification', id));
      orNotFound((await data.notifications.centre.markRead(userId, named)) || undefined);
      return {
        unreadNotificationCount: await data.notifications.centre.countUnread(userId),
        userErrors: [],
      };
    },
    saveNotificationTemplate: async (_parent, { input }, { data }) => {
      const { id, ...values } = input;
      const outcome = await data.notifications.templates.save(
        id == null ? undefined : idOf('NotificationTemplate', id),
        { ...values, subject: values.subject ?? null },
      );
      if (!outcome.ok) return { template: null, userErrors: toUserErrors(outcome.refusals) };
      return { template: orNotFound(outcome.value), userErrors: [] };
    },
  },

  Subscription: {
    notificationReceived: {
      subscribe: (_parent, { after }, { data, viewer }) =>
        data.notifications.live.receive(
          signedIn(viewer).userId,
          after == null ? undefined : idOf('Notification', after),
        ),
      resolve: async ({ id }: Received, _args: unknown, { data }: Context) =>
        (await data.notifications.centre.getAnnounced(id)) ?? null,
    },
  },

  User: {
    preferences: async (user, _args, { data }) => (await data.notifications.preferences.get(user.id)) ?? null,
    notifications: async (user, args, { data }) => {
      const request = pageRequest(args, 'notifications');
      const page = await data.notifications.centre.list(user.id, request);
      return toConnection(page, request, 'notifications', ({ id }) => id);
    },
    unreadNotificationCount: (user, _args, { data }) => data.notifications.centre.countUnread(user.id),
  },

  QuietHours: {
    start: ({ start }) => withoutZeroSeconds(start),
    end: ({ end }) => withoutZeroSeconds(end),
  },

  Notification: {
    id: ({ id }) => toGlobalId('Notification', id),
    deferredUntil: ({ status, deferredUntil }) => (status === 'DEFERRED' ? deferredUntil : null),
    attachment: ({ attachment }, _args, context) => findAttachment(context, attachment),
  },

  NotificationTemplate: {
    id: ({ id }) => toGlobalId('NotificationTemplate', id),
    variables: variablesIn,
  },
};

/** `22:30`, as people write it; seconds only where there are some. */
const withoutZeroSeconds = (time: string): string => time.replace(/^(\d\d:\d\d):00$/, '$1');
