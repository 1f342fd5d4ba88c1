import {
  admin,
  everybody,
  owner,
  self,
  selfOrAdmin,
  signedIn,
  type Permissions,
} from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    viewer: everybody,
    user: everybody,
    userByUsername: everybody,
  },
  Mutation: {
    signUp: everybody,
    signIn: everybody,
    signOut: signedIn,
    signOutEverywhere: signedIn,
    changePassword: signedIn,
    stepUp: signedIn,
    updateProfile: signedIn,
    changeUserRole: admin,
    revokeUserSessions: admin,
  },
  User: {
    id: everybody,
    username: everybody,
    displayName: everybody,
    avatarUrl: everybody,
    statusMessage: everybody,
    role: selfOrAdmin,
    email: selfOrAdmin,
    phone: selfOrAdmin,
    createdAt: everybody,
    sessions: self,
  },
  Session: {
    id: owner,
    createdAt: owner,
    isCurrent: owner,
    scopes: owner,
  },
  SessionScope: {
    scope: signedIn,
    expiresAt: signedIn,
  },
  SessionConnection: {
    edges: signedIn,
    nodes: signedIn,
    pageInfo: signedIn,
  },
  SessionEdge: {
    cursor: signedIn,
    node: signedIn,
  },
  SignUpPayload: {
    token: everybody,
    user: everybody,
    userErrors: everybody,
  },
  SignInPayload: {
    token: everybody,
    user: everybody,
    userErrors: everybody,
  },
  SignOutPayload: {
    endedSessions: signedIn,
    userErrors: signedIn,
  },
  ChangePasswordPayload: {
    user: signedIn,
    userErrors: signedIn,
  },
  StepUpPayload: {
    session: signedIn,
    userErrors: signedIn,
  },
  UpdateProfilePayload: {
    user: signedIn,
    userErrors: signedIn,
  },
  ChangeUserRolePayload: {
    user: admin,
    userErrors: admin,
  },
  RevokeUserSessionsPayload: {
    endedSessions: admin,
    userErrors: admin,
  },
} satisfies Permissions;
