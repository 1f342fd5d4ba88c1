import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { violatedConstraint } from '../../src/database/failures.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refusalsOf, refused, type Outcome } from '../../src/errors/refusal.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Store } from '../../src/store/store.ts';
import { isUsername } from './usernames.ts';

const profile = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
  statusMessage: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  role: z.enum(['USER', 'ADMIN', 'SERVICE']),
  createdAt: instant,
});

/** A user as others see it, with the private fields that the permissions guard. */
export type Profile = z.output<typeof profile>;

/** Shown beside every message, order and review: the hottest entity of all. */
export const profilePolicy: CachePolicy<string, Profile> = {
  name: 'user',
  version: 1,
  key: (id) => id,
  freshForMs: 24 * 3_600_000,
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(profile),
};

/** User names never change, so only their absence can become untrue; signing up invalidates it. */
export const usernamePolicy: CachePolicy<string, string> = {
  name: 'username',
  version: 1,
  key: (username) => username,
  freshForMs: 24 * 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(z.string()),
};

/** The user name is the key of an entry of its own: the old and the new one, where somebody changes it past the gateway. */
export const profileChanges: TableChanges<'id' | 'username'> = {
  table: 'users',
  columns: ['id', 'username'],
  keys: ({ id, username }) => [keyOf(profilePolicy, id), keyOf(usernamePolicy, username)],
};

export interface ProfileChanges {
  readonly displayName?: string | null | undefined;
  readonly avatarUrl?: string | null | undefined;
  readonly statusMessage?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

export type ProfileRefusal = 'INVALID_LENGTH' | 'EMAIL_TAKEN';

export function createProfiles({ store }: { readonly store: Store }) {
  const profiles = store.cached(profilePolicy, selectProfiles);
  const idsByUsername = store.cached(usernamePolicy, selectIdsByUsername);

  return {
    get: profiles.load,
    getMany: profiles.loadMany,

    async findByUsername(username: string): Promise<Profile | undefined> {
      const wanted = username.toLowerCase();
      // What cannot be a name is not worth remembering as nobody's, least of all when it is a megabyte long.
      const id = isUsername(wanted) ? await idsByUsername.load(wanted) : undefined;
      return id === undefined ? undefined : profiles.load(id);
    },

    /** What is left out stays; null removes a value. */
    async update(id: string, changes: ProfileChanges): Promise<Outcome<Profile | undefined, ProfileRefusal>> {
      const refusals = checkProfile(changes);
      if (refusals.length > 0) return refused(...refusals);
      try {
        const updated = await store.write(async (tx, changed) => {
          changed(profilePolicy, id);
          return updateProfile(tx, id, changes);
        });
        return done(updated);
      } catch (error) {
        const taken = emailTaken(error);
        if (taken !== undefined) return refused(taken);
        throw error;
      }
    },
  };
}

/** The faults in a profile's own values; empty where there are none. */
export function checkProfile(changes: ProfileChanges) {
  const { displayName, statusMessage } = changes;
  return refusalsOf(
    displayName !== undefined &&
      !fits(displayName, 1, 60) &&
      about('displayName', 'INVALID_LENGTH', 'The display name must have 1 to 60 characters.'),
    statusMessage != null &&
      !fits(statusMessage, 0, 140) &&
      about('statusMessage', 'INVALID_LENGTH', 'The status message may have 140 characters.'),
  );
}

export function emailTaken(error: unknown) {
  if (violatedConstraint(error) !== 'users_email_key') return undefined;
  return about('email', 'EMAIL_TAKEN', 'Somebody has this e-mail address already.');
}

function fits(text: string | null, least: number, most: number): boolean {
  const length = text?.trim().length ?? 0;
  return length >= least && length <= most;
}

async function selectProfiles(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
  const rows = await db.rows<Profile>(sql`
    SELECT id::text, username, display_name AS "displayName", avatar_url AS "avatarUrl",
      status_message AS "statusMessage", email, phone, role, created_at AS "createdAt"
    FROM users WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}

async function selectIdsByUsername(
  db: Queryable,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ id: string; username: string }>(sql`
    SELECT id::text, username FROM users WHERE username = ANY(${usernames}::text[])`);
  return new Map(rows.map((row) => [row.username, row.id]));
}

/**
 * `jsonb_populate_record` takes what the changes name and keeps the rest of the row, nulls included. Resolves to what
 * `selectProfiles` would find now, so that an answer costs the primary no read.
 */
async function updateProfile(
  tx: Queryable,
  id: string,
  changes: ProfileChanges,
): Promise<Profile | undefined> {
  const columns = JSON.stringify({
    display_name: changes.displayName?.trim(),
    avatar_url: changes.avatarUrl,
    status_message: changes.statusMessage,
    email: changes.email,
    phone: changes.phone,
  });
  const rows = await tx.rows<Profile>(sql`
    UPDATE users SET (display_name, avatar_url, status_message, email, phone) =
      (SELECT c.display_name, c.avatar_url, c.status_message, c.email, c.phone
       FROM jsonb_populate_record(users, ${columns}::jsonb) AS c)
    WHERE id = ${id}::bigint
    RETURNING id::text, username, display_name AS "displayName", avatar_url AS "avatarUrl",
      status_message AS "statusMessage", email, phone, role, created_at AS "createdAt"`);
  return rows[0];
}
