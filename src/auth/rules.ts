import { DomainError } from '../errors/domain-error.ts';
import { allow, chain, or, rule, type ShieldRule } from './shield.ts';
import type { Role, Scope, Viewer } from './viewer.ts';

/** The part of a request's context that rules look at. */
interface Asked {
  readonly viewer: Viewer;
  readonly provenUserIds: ReadonlySet<string>;
}

type Answer = boolean | Error;
type Check<Parent> = (asked: Asked, parent: Parent) => Answer | Promise<Answer>;

/**
 * The rule of every field, by type. A field without one is closed to everybody. One line a field: a test deletes each
 * line in turn and wants to see the difference.
 */
export type Permissions = Readonly<Record<string, Readonly<Record<string, ShieldRule>>>>;

export const everybody: ShieldRule = allow;

type CheckAtOnce<Parent> = (asked: Asked, parent: Parent) => boolean;
const atOnce = new WeakMap<ShieldRule, CheckAtOnce<unknown>>();

/** What a rule comes to, where that can be said without waiting; undefined for the others. */
export const checkAtOnce = (rule: ShieldRule): CheckAtOnce<unknown> | undefined => atOnce.get(rule);

export const signedIn = ruleAtOnce('signed-in', ({ viewer }) => viewer.kind === 'signed-in');

export const admin = withRole('ADMIN');

/** Who sends notifications: people who may, and backends on behalf of the system. */
export const adminOrService = anyAtOnce(admin, withRole('SERVICE'));

/** Fields of a user that only that user reads. */
export const self = ruleAtOnce<{ readonly id: string }>('self', ({ viewer }, user) =>
  isUser(viewer, user.id),
);

/** A request without the user's token that has just given the user's password. */
const proven = ruleAtOnce<{ readonly id: string }>('proven', ({ provenUserIds }, user) =>
  provenUserIds.has(user.id),
);

/** Private fields of a user. */
export const selfOrAdmin = anyAtOnce(self, proven, admin);

/** Fields of something that carries its owner's id. */
export const owner = ruleAtOnce<{ readonly userId: string }>('owner', ({ viewer }, thing) =>
  isUser(viewer, thing.userId),
);

export const ownerOrSender = anyAtOnce(owner, adminOrService);

/** Made once: shield takes two rules of one name for a mistake. */
const scopeRules = { CHAT: withScope('CHAT'), SHOP: withScope('SHOP'), BANK: withScope('BANK') };

/** Signed in, with the scope open; else `STEP_UP_REQUIRED`. */
export const scoped = (scope: Scope): ShieldRule => scopeRules[scope];

/** One after the other; the first that refuses says why. */
export const allOf = (...rules: readonly ShieldRule[]): ShieldRule => chain(...rules);

/** Everybody, as long as nobody is signed in; then the scope must be open as for `SHOP`. */
export const shopper = or(
  ruleOf('visitor', ({ viewer }) => viewer.kind === 'anonymous'),
  scopeRules.SHOP,
);

function withRole(role: Role): ShieldRule {
  return ruleAtOnce(`role-${role}`, ({ viewer }) => viewer.kind === 'signed-in' && viewer.role === role);
}

function withScope(scope: Scope): ShieldRule {
  return ruleOf(`scope-${scope}`, async ({ viewer }) => {
    if (viewer.kind === 'anonymous') return false;
    if (await viewer.hasScope(scope)) return true;
    return stepUpRequired();
  });
}

/** What a caller hears whose session lacks a scope. */
export const stepUpRequired = (): DomainError =>
  new DomainError('STEP_UP_REQUIRED', 'Enter the password again, through stepUp.');

function ruleAtOnce<Parent>(name: string, check: CheckAtOnce<Parent>): ShieldRule {
  const made = ruleOf(name, check);
  atOnce.set(made, (asked, parent) => {
    try {
      return check(asked, parent as Parent);
    } catch (error) {
      throw failureOf(name, error);
    }
  });
  return made;
}

const failureOf = (name: string, error: unknown): Error =>
  error instanceof DomainError ? error : new Error(`the rule ${name} failed`, { cause: error });

/** One of them is enough. Of others than those that answer at once, it is shield's `or`. */
function anyAtOnce(...rules: readonly ShieldRule[]): ShieldRule {
  const made = or(...rules);
  const checks = rules.flatMap((each) => atOnce.get(each) ?? []);
  if (checks.length === rules.length)
    atOnce.set(made, (asked, parent) => checks.some((check) => check(asked, parent)));
  return made;
}

/**
 * Without a cache: shield's own caches answer for another parent or another moment. What a check throws refuses too,
 * and as itself: shield alone would call it FORBIDDEN and tell nobody why.
 */
function ruleOf<Parent>(name: string, check: Check<Parent>): ShieldRule {
  return rule(name, { cache: 'no_cache' })(
    async (parent: Parent, _args: unknown, asked: Asked): Promise<Answer> => {
      try {
        return await check(asked, parent);
      } catch (error) {
        return failureOf(name, error);
      }
    },
  );
}

function isUser(viewer: Viewer, userId: string): boolean {
  return viewer.kind === 'signed-in' && viewer.userId === userId;
}

/** What a caller hears who does not pass a rule. */
export function refusal({ viewer }: Pick<Asked, 'viewer'>): DomainError {
  return viewer.kind === 'anonymous'
    ? new DomainError('UNAUTHENTICATED', 'Sign in first.')
    : new DomainError('FORBIDDEN', 'This is not yours to read or to do.');
}
