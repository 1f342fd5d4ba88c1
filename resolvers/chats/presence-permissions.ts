import { signedIn, type Permissions } from '../../src/auth/rules.ts';

/** Who is there, and who is typing. Of a chat's typing the datasource lets only its members know. */
export const permissions = {
  Mutation: {
    heartbeat: signedIn,
    setTyping: signedIn,
  },
  Subscription: {
    presenceChanged: signedIn,
    typing: signedIn,
  },
  User: {
    presence: signedIn,
  },
  Presence: {
    isOnline: signedIn,
    lastSeenAt: signedIn,
  },
  Typing: {
    user: signedIn,
    until: signedIn,
  },
  HeartbeatPayload: {
    user: signedIn,
    userErrors: signedIn,
  },
  SetTypingPayload: {
    chat: signedIn,
    userErrors: signedIn,
  },
} satisfies Permissions;
