import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Quotas } from '../../src/limits/quotas.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Store } from '../../src/store/store.ts';
import { consumptionOf } from './allowance.ts';
import { isEmptyPeriod, type QuietHours } from './quiet-hours.ts';
import { withdrawUnwanted } from './withdrawal.ts';

const preferences = z.object({
  userId: z.string(),
  email: z.boolean(),
  sms: z.boolean(),
  push: z.boolean(),
  promotional: z.boolean(),
  quietHours: z.object({ start: z.string(), end: z.string(), timeZone: z.string() }).nullable(),
});

/** What may be sent to a user, and when. */
export type Preferences = z.output<typeof preferences>;

/** Strict: what a user has switched off is not shown as on. A user without a row allows everything. */
export const preferencesPolicy: CachePolicy<string, Preferences> = {
  name: 'preferences',
  version: 1,
  key: (userId) => userId,
  freshForMs: 3_600_000,
  staleForMs: 0,
  // A user who signs up changes no row of preferences that would evict it.
  missingForMs: 0,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(preferences),
};

/** One row, one entry. */
export const preferencesChanges: TableChanges<'user_id'> = {
  table: 'notification_preferences',
  columns: ['user_id'],
  keys: (row) => [keyOf(preferencesPolicy, row.user_id)],
};

/** What is left out stays; null removes. */
export interface PreferenceChanges {
  readonly email?: boolean | null | undefined;
  readonly sms?: boolean | null | undefined;
  readonly push?: boolean | null | undefined;
  readonly promotional?: boolean | null | undefined;
  readonly quietHours?: QuietHours | null | undefined;
}

export function createPreferences({ store, quotas }: { readonly store: Store; readonly quotas: Quotas }) {
  const preferences = store.cached(preferencesPolicy, selectPreferences);
  return {
    /** Undefined where there is no such user. */
    get: preferences.load,
    getMany: preferences.loadMany,

    /** Also withdraws what was not delivered yet and is not wanted any more. */
    async update(
      userId: string,
      changes: PreferenceChanges,
    ): Promise<Outcome<Preferences, 'INVALID_QUIET_HOURS'>> {
      if (changes.quietHours != null && isEmptyPeriod(changes.quietHours)) return refused(emptyPeriod);
      const { updated, withdrawn } = await store.write(async (tx, changed) => {
        const row = await updatePreferences(tx, userId, changes);
        changed(preferencesPolicy, userId);
        return { updated: row, withdrawn: await withdrawUnwanted(tx, changed, row) };
      });
      await Promise.all(withdrawn.map((each) => quotas.refund(consumptionOf(each))));
      return done(updated);
    },
  };
}

const emptyPeriod = about(
  'quietHours',
  'INVALID_QUIET_HOURS',
  'Quiet hours must not begin and end at the same time.',
);

/** Who is to be sent something: what they want, and where they are reached. */
export interface Receiver extends Preferences {
  readonly emailAddress: string | null;
  readonly phone: string | null;
}

/**
 * Locks the receiver's preferences to the end of the transaction, and makes their row where there was none. Undefined where
 * there is no such user.
 *
 * Whoever sends to a user or changes what that user wants holds this lock, so that
 *
 * - what is read here holds at the commit: a change that was committed before is seen, and one that comes later waits and
 *   then finds the notification, to withdraw it;
 * - a user's notifications are committed in the order of their ids.
 *
 * Without it: 1. a send reads that e-mails are wanted; 2. the user switches them off, and is told so; 3. the send commits.
 */
export async function lockReceiver(tx: Queryable, userId: string): Promise<Receiver | undefined> {
  const locked = await selectReceiver(tx, userId);
  if (locked !== undefined) return locked;
  await ensureRow(tx, userId);
  return selectReceiver(tx, userId);
}

/** A row that somebody else has locked is read as it is when it becomes free. */
async function selectReceiver(tx: Queryable, userId: string): Promise<Receiver | undefined> {
  const rows = await tx.rows<Receiver>(sql`
    SELECT p.user_id::text AS "userId", p.email, p.sms, p.push, p.promotional,
      CASE WHEN p.time_zone IS NOT NULL THEN jsonb_build_object(
        'start', p.quiet_from, 'end', p.quiet_until, 'timeZone', p.time_zone) END AS "quietHours",
      u.email AS "emailAddress", u.phone
    FROM notification_preferences p JOIN users u ON u.id = p.user_id
    WHERE p.user_id = ${userId}::bigint FOR NO KEY UPDATE OF p`);
  return onlyRow(rows);
}

async function selectPreferences(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Preferences>> {
  const rows = await db.rows<Preferences>(sql`
    SELECT u.id::text AS "userId", coalesce(p.email, true) AS email, coalesce(p.sms, true) AS sms,
      coalesce(p.push, true) AS push, coalesce(p.promotional, true) AS promotional,
      CASE WHEN p.time_zone IS NOT NULL THEN jsonb_build_object(
        'start', p.quiet_from, 'end', p.quiet_until, 'timeZone', p.time_zone) END AS "quietHours"
    FROM users u LEFT JOIN notification_preferences p ON p.user_id = u.id
    WHERE u.id = ANY(${userIds}::bigint[])`);
  return byKey(rows, (row) => row.userId);
}

/** The row of an existing user, with the values that its absence stands for; so nothing cached becomes old. */
async function ensureRow(tx: Queryable, userId: string): Promise<void> {
  await tx.rows(sql`
    INSERT INTO notification_preferences (user_id) SELECT id FROM users WHERE id = ${userId}::bigint
    ON CONFLICT DO NOTHING`);
}

/**
 * `jsonb_populate_record` takes what the changes name and keeps the rest of the row, nulls included. Resolves to what
 * `selectPreferences` would find now, so that an answer costs the primary no read.
 */
async function updatePreferences(
  tx: Queryable,
  userId: string,
  { email, sms, push, promotional, quietHours }: PreferenceChanges,
): Promise<Preferences> {
  const columns = JSON.stringify({
    email: email ?? undefined,
    sms: sms ?? undefined,
    push: push ?? undefined,
    promotional: promotional ?? undefined,
    ...quietColumns(quietHours),
  });
  await ensureRow(tx, userId);
  const rows = await tx.rows<Preferences>(sql`
    UPDATE notification_preferences AS kept
    SET (email, sms, push, promotional, quiet_from, quiet_until, time_zone) =
      (SELECT c.email, c.sms, c.push, c.promotional, c.quiet_from, c.quiet_until, c.time_zone
       FROM jsonb_populate_record(kept, ${columns}::jsonb) AS c)
    WHERE user_id = ${userId}::bigint
    RETURNING user_id::text AS "userId", email, sms, push, promotional,
      CASE WHEN time_zone IS NOT NULL THEN jsonb_build_object(
        'start', quiet_from, 'end', quiet_until, 'timeZone', time_zone) END AS "quietHours"`);
  const row = onlyRow(rows);
  if (row === undefined) throw new Error('a signed-in user without a row');
  return row;
}

function quietColumns(quietHours: QuietHours | null | undefined) {
  if (quietHours === undefined) return {};
  if (quietHours === null) return { quiet_from: null, quiet_until: null, time_zone: null };
  return { quiet_from: quietHours.start, quiet_until: quietHours.end, time_zone: quietHours.timeZone };
}
