import type { BankScope } from '../../src/auth/bank-scope.ts';
import type { Passwords } from '../../src/auth/passwords.ts';
import type { Tokens } from '../../src/auth/tokens.ts';
import type { Role, SignedIn } from '../../src/auth/viewer.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { violatedConstraint } from '../../src/database/failures.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refusalsOf, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Store } from '../../src/store/store.ts';
import { isUsername } from './usernames.ts';
import { checkProfile, emailTaken, profilePolicy, usernamePolicy } from './profiles.ts';
import {
  chatLifetimeMs,
  extendShopScopes,
  insertSession,
  revokeSessions,
  shopLifetimeMs,
  touchSessionsOf,
} from './sessions.ts';

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly bankScope: BankScope;
}

export interface SignUp {
  readonly username: string;
  readonly password: string;
  readonly displayName?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

export interface SignedInUser {
  readonly token: string;
  readonly userId: string;
}

interface Credentials {
  readonly id: string;
  readonly passwordHash: string;
}

/** Signing up and in, and everything else that takes a password. */
export function createAccounts({ store, clock, passwords, tokens, bankScope }: Needs) {
  const expiry = () => ({
    chatExpiresAt: new Date(clock.now() + chatLifetimeMs),
    shopExpiresAt: new Date(clock.now() + shopLifetimeMs),
  });

  async function openSession(user: Credentials): Promise<SignedInUser | undefined> {
    const ends = expiry();
    const sessionId = await store.write((tx, changed) => insertSession(tx, changed, user, ends));
    if (sessionId === undefined) return undefined;
    return { token: await tokens.sign({ userId: user.id, sessionId }, ends.chatExpiresAt), userId: user.id };
  }

  /** Whether the password is the viewer's own at this moment; the credentials are read past every copy. */
  async function prove(viewer: SignedIn, password: string): Promise<Credentials | undefined> {
    const user = await store.read((db) => selectCredentialsById(db, viewer.userId), { primary: 'only' });
    const isRight = isPossible(password) && (await passwords.matches(password, user?.passwordHash));
    return isRight ? user : undefined;
  }

  return {
    async signUp(wanted: SignUp): Promise<Outcome<SignedInUser, SignUpRefusal>> {
      const username = wanted.username.toLowerCase();
      const profile = { ...wanted, username, displayName: wanted.displayName ?? username };
      const refusals = [
        ...refusalsOf(checkUsername(username), checkPassword('password', wanted.password)),
        ...checkProfile({ displayName: wanted.displayName ?? undefined }),
      ];
      if (refusals.length > 0) return refused(...refusals);
      const passwordHash = await passwords.hash(wanted.password);
      const ends = expiry();
      try {
        const made = await store.write(async (tx, changed) => {
          const userId = await insertUser(tx, { ...profile, passwordHash });
          const sessionId = await insertSession(tx, changed, { id: userId, passwordHash }, ends);
          if (sessionId === undefined) throw new Error('a session of a user made in the same transaction');
          changed(usernamePolicy, username);
          changed(profilePolicy, userId);
          return { userId, sessionId };
        });
        return done({ token: await tokens.sign(made, ends.chatExpiresAt), userId: made.userId });
      } catch (error) {
        const taken = usernameTaken(error) ?? emailTaken(error);
        if (taken !== undefined) return refused(taken);
        throw error;
      }
    },

    async signIn(username: string, password: string): Promise<Outcome<SignedInUser, 'INVALID_CREDENTIALS'>> {
      const user = await store.read((db) => selectCredentials(db, username.toLowerCase()), {
        primary: 'only',
      });
      // An impossible password is compared all the same, cut to size: the answer must not come sooner.
      const isRight = await passwords.matches(password.slice(0, longestPassword), user?.passwordHash);
      const opened =
        isRight && user !== undefined && isPossible(password) ? await openSession(user) : undefined;
      if (opened !== undefined) return done(opened);
      return refused({
        code: 'INVALID_CREDENTIALS',
        message: 'User name and password do not match.',
        field: null,
      });
    },

    /** Ends all other sessions too. */
    async changePassword(
      viewer: SignedIn,
      change: { readonly currentPassword: string; readonly newPassword: string },
    ): Promise<Outcome<undefined, 'WRONG_PASSWORD' | 'INVALID_PASSWORD'>> {
      const invalid = checkPassword('newPassword', change.newPassword);
      if (invalid !== undefined) return refused(invalid);
      const user = await prove(viewer, change.currentPassword);
      if (user === undefined) return refused(wrongPassword('currentPassword'));
      const passwordHash = await passwords.hash(change.newPassword);
      const isChanged = await store.write(async (tx, changed) => {
        if (!(await updatePassword(tx, user, passwordHash))) return false;
        await revokeSessions(tx, changed, user.id, { except: viewer.sessionId });
        return true;
      });
      return isChanged ? done(undefined) : refused(wrongPassword('currentPassword'));
    },

    /** Opens `BANK` and renews `SHOP` for the viewer's session. */
    async stepUp(viewer: SignedIn, password: string): Promise<Outcome<undefined, 'WRONG_PASSWORD'>> {
      if ((await prove(viewer, password)) === undefined) return refused(wrongPassword('password'));
      const { shopExpiresAt } = expiry();
      const renewed = new Map([[viewer.sessionId, { userId: viewer.userId, expiresAt: shopExpiresAt }]]);
      await store.write((tx, changed) => extendShopScopes(tx, changed, renewed));
      await bankScope.open(viewer.sessionId);
      return done(undefined);
    },

    /** Resolves to whether there is such a user. */
    changeRole: (userId: string, role: Role): Promise<boolean> =>
      store.write(async (tx, changed) => {
        if (!(await updateRole(tx, userId, role))) return false;
        changed(profilePolicy, userId);
        await touchSessionsOf(tx, changed, userId);
        return true;
      }),
  };
}

type SignUpRefusal =
  'INVALID_USERNAME' | 'INVALID_PASSWORD' | 'INVALID_LENGTH' | 'USERNAME_TAKEN' | 'EMAIL_TAKEN';

const shortestPassword = 10;
/** Hashing takes longer for longer input; nobody types more than this. */
const longestPassword = 128;

const isPossible = (password: string): boolean => password.length <= longestPassword;

function checkUsername(username: string) {
  if (isUsername(username)) return undefined;
  return about(
    'username',
    'INVALID_USERNAME',
    'A user name has 3 to 30 letters, digits or `_`, a letter first.',
  );
}

function checkPassword(field: string, password: string) {
  if (password.length >= shortestPassword && isPossible(password)) return undefined;
  return about(
    field,
    'INVALID_PASSWORD',
    `A password has ${shortestPassword} to ${longestPassword} characters.`,
  );
}

function usernameTaken(error: unknown) {
  if (violatedConstraint(error) !== 'users_username_key') return undefined;
  return about('username', 'USERNAME_TAKEN', 'Somebody has this user name already.');
}

const wrongPassword = (field: string) => about(field, 'WRONG_PASSWORD', 'This is not the present password.');

async function selectCredentials(db: Queryable, username: string): Promise<Credentials | undefined> {
  return onlyRow(
    await db.rows<Credentials>(sql`
      SELECT id::text, password_hash AS "passwordHash" FROM users WHERE username = ${username}`),
  );
}

async function selectCredentialsById(db: Queryable, id: string): Promise<Credentials | undefined> {
  return onlyRow(
    await db.rows<Credentials>(sql`
      SELECT id::text, password_hash AS "passwordHash" FROM users WHERE id = ${id}::bigint`),
  );
}

interface NewUser {
  readonly username: string;
  readonly passwordHash: string;
  readonly displayName: string;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

async function insertUser(tx: Queryable, user: NewUser): Promise<string> {
  const rows = await tx.rows<{ id: string }>(sql`
    INSERT INTO users (username, password_hash, display_name, email, phone)
    VALUES (${user.username}, ${user.passwordHash}, ${user.displayName.trim()}, ${user.email ?? null}, ${user.phone ?? null})
    RETURNING id::text`);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('INSERT … RETURNING gave no row');
  return id;
}

/** False where the password was changed since it was proven. */
async function updatePassword(tx: Queryable, proven: Credentials, passwordHash: string): Promise<boolean> {
  const rows = await tx.rows(sql`
    UPDATE users SET password_hash = ${passwordHash}
    WHERE id = ${proven.id}::bigint AND password_hash = ${proven.passwordHash} RETURNING 1`);
  return rows.length > 0;
}

async function updateRole(tx: Queryable, userId: string, role: Role): Promise<boolean> {
  const rows = await tx.rows(sql`UPDATE users SET role = ${role} WHERE id = ${userId}::bigint RETURNING 1`);
  return rows.length > 0;
}
