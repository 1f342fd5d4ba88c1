import { z } from 'zod';
import type { BankScope } from '../../src/auth/bank-scope.ts';
import type { Claims } from '../../src/auth/tokens.ts';
import type { Scope } from '../../src/auth/viewer.ts';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { byKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Changed, Store } from '../../src/store/store.ts';

const session = z.object({
  id: z.string(),
  userId: z.string(),
  role: z.enum(['USER', 'ADMIN', 'SERVICE']),
  createdAt: instant,
  chatExpiresAt: instant,
  shopExpiresAt: instant,
});

/** A signed-in device. Its role is the user's, so that one entry answers every question of authorisation. */
export type Session = z.output<typeof session>;

/** A scope that is open, and its end. */
export interface OpenScope {
  readonly scope: Scope;
  readonly expiresAt: Date;
}

export const chatLifetimeMs = 7 * 24 * 3_600_000;
export const shopLifetimeMs = 3_600_000;

/**
 * Strict and without L1: a sign-out must hold on every gateway as soon as it is answered. A revoked session is a missing
 * one. Kept for as long as its longest scope: a gateway that is cut off from Redis ends it by raising the strict epoch.
 */
export const sessionPolicy: CachePolicy<Claims, Session> = {
  name: 'session',
  version: 1,
  key: ({ userId, sessionId }) => `${userId}:${sessionId}`,
  freshForMs: chatLifetimeMs,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(session),
};

/** One row, one entry. */
export const sessionChanges: TableChanges<'user_id' | 'id'> = {
  table: 'sessions',
  columns: ['user_id', 'id'],
  keys: (row) => [keyOf(sessionPolicy, { userId: row.user_id, sessionId: row.id })],
};

/** The role of a user is copied into all of the user's sessions. */
export const roleChanges: TableChanges<'id' | 'role'> = {
  table: 'users',
  columns: ['id', 'role'],
  lookUp: async (rows, db) => {
    const sessions = await db.rows<{ id: string; userId: string }>(sql`
      SELECT id::text, user_id::text AS "userId" FROM sessions
      WHERE user_id = ANY(${rows.map((row) => row.id)}::bigint[]) AND revoked_at IS NULL`);
    return sessions.map(({ id, userId }) => keyOf(sessionPolicy, { userId, sessionId: id }));
  },
};

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly bankScope: BankScope;
}

export function createSessions({ store, clock, bankScope }: Needs) {
  const sessions = store.cached(sessionPolicy, selectSessions);

  async function find(claims: Claims): Promise<Session | undefined> {
    const found = await sessions.load(claims);
    return found !== undefined && found.chatExpiresAt.getTime() > clock.now() ? found : undefined;
  }

  return {
    /** The session of a token, while it lives: undefined once it is signed out, revoked or 7 days old. */
    find,

    /** The same for many, in one batch; what could not be looked up is an error in its place. */
    findEach: (all: readonly Claims[]): Promise<readonly (Session | Error | undefined)[]> =>
      Promise.all(all.map((claims) => find(claims).catch((error: unknown) => error as Error))),

    /** A user's live sessions, newest first; from the primary, lest one that has just ended is shown as live. */
    async list(userId: string, page: PageRequest): Promise<Page<Session>> {
      const now = new Date(clock.now());
      const select = (db: Queryable) => selectLiveSessions(db, userId, page, now);
      return pageOf(await store.read(select, { primary: 'preferred' }), page);
    },

    async scopesOf(of: Session): Promise<readonly OpenScope[]> {
      const bankEnd = await bankScope.endOf(of.id);
      const scopes: OpenScope[] = [
        { scope: 'CHAT', expiresAt: of.chatExpiresAt },
        { scope: 'SHOP', expiresAt: of.shopExpiresAt },
        ...(bankEnd === undefined ? [] : [{ scope: 'BANK', expiresAt: bankEnd } as const]),
      ];
      return scopes.filter((open) => open.expiresAt.getTime() > clock.now());
    },

    /** Ends one session; resolves to whether it still lived. */
    end: ({ userId, sessionId }: Claims): Promise<boolean> =>
      store.write(
        async (tx, changed) => (await revokeSessions(tx, changed, userId, { only: sessionId })) > 0,
      ),

    /** Ends all sessions of a user; resolves to how many. */
    endAll: (userId: string): Promise<number> =>
      store.write((tx, changed) => revokeSessions(tx, changed, userId)),
  };
}

/** Makes a session, if the password that was checked is still the user's: one changed in the meantime opens nothing. */
export async function insertSession(
  tx: Queryable,
  changed: Changed,
  user: { readonly id: string; readonly passwordHash: string },
  expiry: { readonly chatExpiresAt: Date; readonly shopExpiresAt: Date },
): Promise<string | undefined> {
  const rows = await tx.rows<{ id: string }>(sql`
    WITH owner AS (
      SELECT id FROM users WHERE id = ${user.id}::bigint AND password_hash = ${user.passwordHash} FOR SHARE
    )
    INSERT INTO sessions (user_id, chat_expires_at, shop_expires_at)
    SELECT id, ${expiry.chatExpiresAt}, ${expiry.shopExpiresAt} FROM owner
    RETURNING id::text`);
  const id = onlyRow(rows)?.id;
  // Fenced from birth: else a replica that has not replayed it yet would have it remembered as missing.
  if (id !== undefined) changed(sessionPolicy, { userId: user.id, sessionId: id });
  return id;
}

/** Which of a user's sessions; all of them when empty. */
interface Which {
  readonly only?: string;
  readonly except?: string;
}

export async function revokeSessions(
  tx: Queryable,
  changed: Changed,
  userId: string,
  which: Which = {},
): Promise<number> {
  const revoked = await tx.rows<{ id: string }>(sql`
    UPDATE sessions SET revoked_at = now()
    WHERE user_id = ${userId}::bigint AND revoked_at IS NULL
      AND id = coalesce(${which.only ?? null}::bigint, id)
      AND id IS DISTINCT FROM ${which.except ?? null}::bigint
    RETURNING id::text`);
  for (const { id } of revoked) changed(sessionPolicy, { userId, sessionId: id });
  return revoked.length;
}

/** Every live session of a user holds a copy of the role. */
export async function touchSessionsOf(tx: Queryable, changed: Changed, userId: string): Promise<void> {
  const live = await tx.rows<{ id: string }>(sql`
    SELECT id::text FROM sessions WHERE user_id = ${userId}::bigint AND revoked_at IS NULL`);
  for (const { id } of live) changed(sessionPolicy, { userId, sessionId: id });
}

/** Moves the ends of `SHOP` scopes, never backwards; one statement for all. */
export async function extendShopScopes(
  tx: Queryable,
  changed: Changed,
  ends: ReadonlyMap<string, { readonly userId: string; readonly expiresAt: Date }>,
): Promise<void> {
  const list = [...ends];
  const extended = await tx.rows<{ id: string; userId: string }>(sql`
    UPDATE sessions SET shop_expires_at = until
    FROM unnest(${list.map(([id]) => id)}::bigint[], ${list.map(([, end]) => end.expiresAt)}::timestamptz[]) AS pushed (session_id, until)
    WHERE id = session_id AND revoked_at IS NULL AND shop_expires_at < until
    RETURNING id::text, user_id::text AS "userId"`);
  for (const { id, userId } of extended) changed(sessionPolicy, { userId, sessionId: id });
}

async function selectSessions(
  db: Queryable,
  claims: readonly Claims[],
): Promise<ReadonlyMap<Claims, Session>> {
  const rows = await db.rows<Session>(sql`
    SELECT s.id::text, s.user_id::text AS "userId", u.role, s.created_at AS "createdAt",
      s.chat_expires_at AS "chatExpiresAt", s.shop_expires_at AS "shopExpiresAt"
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY(${claims.map((claim) => claim.sessionId)}::bigint[]) AND s.revoked_at IS NULL`);
  const found = byKey(rows, (row) => sessionPolicy.key({ userId: row.userId, sessionId: row.id }));
  return new Map(
    claims.flatMap((claim) => {
      const row = found.get(sessionPolicy.key(claim));
      return row === undefined ? [] : [[claim, row] as const];
    }),
  );
}

function selectLiveSessions(
  db: Queryable,
  userId: string,
  page: PageRequest,
  now: Date,
): Promise<readonly Session[]> {
  return db.rows<Session>(sql`
    SELECT s.id::text, s.user_id::text AS "userId", u.role, s.created_at AS "createdAt",
      s.chat_expires_at AS "chatExpiresAt", s.shop_expires_at AS "shopExpiresAt"
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.user_id = ${userId}::bigint AND s.revoked_at IS NULL AND s.chat_expires_at > ${now}
      AND s.id < coalesce(${page.after ?? null}::bigint, 9223372036854775807)
    ORDER BY s.id DESC LIMIT ${page.limit + 1}`);
}
