import { anonymous, type Role, type Scope, type Viewer } from '../../auth/viewer.ts';

/** Whoever the probe asks for, in front of an object of somebody. */
export interface Caller {
  readonly name: CallerName;
  /** What the name means, for the reader of the document. */
  readonly meaning: string;
  readonly role?: Role;
  /** Whether the object is the caller's own: its `id` or its `userId` is the caller's. */
  readonly own: boolean;
  /** Whether this very request has given the password of the object's user. */
  readonly proven: boolean;
}

export type CallerName = 'anonymous' | 'signing in' | 'another user' | 'oneself' | 'admin' | 'service';

export const callers: readonly Caller[] = [
  { name: 'anonymous', meaning: 'no token', own: false, proven: false },
  {
    name: 'signing in',
    meaning: 'no token, but this very request has given the password of the user whose object it is',
    own: false,
    proven: true,
  },
  {
    name: 'another user',
    meaning: "signed in, in front of somebody else's object",
    role: 'USER',
    own: false,
    proven: false,
  },
  {
    name: 'oneself',
    meaning: "signed in, in front of one's own object",
    role: 'USER',
    own: true,
    proven: false,
  },
  {
    name: 'admin',
    meaning: "the role `ADMIN`, in front of somebody else's object",
    role: 'ADMIN',
    own: false,
    proven: false,
  },
  {
    name: 'service',
    meaning: "the role `SERVICE`, in front of somebody else's object",
    role: 'SERVICE',
    own: false,
    proven: false,
  },
];

const callerId = 'the-caller';
const strangerId = 'a-stranger';

export const ownerIdOf = ({ own }: Caller): string => (own ? callerId : strangerId);

/** Notes in `asked` which scopes a rule wants to know of. */
export function viewerOf({ role }: Caller, open: ReadonlySet<Scope>, asked: Set<Scope>): Viewer {
  if (role === undefined) return anonymous;
  return {
    kind: 'signed-in',
    userId: callerId,
    sessionId: 'the-session',
    role,
    hasScope(scope) {
      asked.add(scope);
      return Promise.resolve(open.has(scope));
    },
  };
}
