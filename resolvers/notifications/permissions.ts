import {
  admin,
  adminOrService,
  owner,
  ownerOrSender,
  self,
  signedIn,
  type Permissions,
} from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    notificationTemplate: adminOrService,
  },
  Mutation: {
    updatePreferences: signedIn,
    sendNotification: adminOrService,
    markNotificationsRead: signedIn,
    saveNotificationTemplate: admin,
  },
  Subscription: {
    notificationReceived: signedIn,
  },
  User: {
    preferences: self,
    notifications: self,
    unreadNotificationCount: self,
  },
  NotificationPreferences: {
    email: owner,
    sms: owner,
    push: owner,
    promotional: owner,
    quietHours: owner,
  },
  QuietHours: {
    start: signedIn,
    end: signedIn,
    timeZone: signedIn,
  },
  Notification: {
    id: ownerOrSender,
    channel: ownerOrSender,
    category: ownerOrSender,
    status: ownerOrSender,
    suppressedBecause: ownerOrSender,
    subject: ownerOrSender,
    body: ownerOrSender,
    createdAt: ownerOrSender,
    deferredUntil: ownerOrSender,
    sentAt: ownerOrSender,
    readAt: ownerOrSender,
    attachment: ownerOrSender,
  },
  NotificationConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  NotificationEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  NotificationTemplate: {
    id: adminOrService,
    name: adminOrService,
    channel: adminOrService,
    category: adminOrService,
    subject: adminOrService,
    body: adminOrService,
    variables: adminOrService,
    updatedAt: adminOrService,
  },
  UpdatePreferencesPayload: {
    preferences: signedIn,
    userErrors: signedIn,
  },
  SendNotificationPayload: {
    notification: adminOrService,
    userErrors: adminOrService,
  },
  MarkNotificationsReadPayload: {
    unreadNotificationCount: signedIn,
    userErrors: signedIn,
  },
  SaveNotificationTemplatePayload: {
    template: admin,
    userErrors: admin,
  },
} satisfies Permissions;
