import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Recorded } from '../../src/limits/quotas.ts';
import { consumptionOf, dayOf, limitsOf } from './allowance.ts';
import { selectNotifications, type Notification } from './notifications.ts';
import type { Kind } from './suppression.ts';

/** A row as a send makes it. */
export interface NewNotification extends Omit<Notification, 'id' | 'sentAt' | 'readAt'> {
  readonly senderId: string;
  readonly templateId: string;
  readonly idempotencyKey: string;
}

interface Key {
  readonly senderId: string;
  readonly idempotencyKey: string;
}

/** What the sender has sent under the key. */
export async function selectEarlier(
  db: Queryable,
  { senderId, idempotencyKey }: Key,
): Promise<Notification | undefined> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT id::text FROM notifications
    WHERE sender_id = ${senderId}::bigint AND idempotency_key = ${idempotencyKey}`);
  const id = onlyRow(rows)?.id;
  return id === undefined ? undefined : (await selectNotifications(db, [id])).get(id);
}

/** With the one before it that shows, which under the lock of the receiver is the last that was committed. */
export async function insertNotification(
  tx: Queryable,
  made: NewNotification,
): Promise<{ readonly notification: Notification; readonly previous: string | null }> {
  const rows = await tx.rows<{ id: string; previous: string | null }>(sql`
    INSERT INTO notifications (user_id, sender_id, idempotency_key, template_id, channel, category, status,
      suppressed_because, subject, body, created_at, deferred_until, attachment)
    VALUES (${made.userId}::bigint, ${made.senderId}::bigint, ${made.idempotencyKey}, ${made.templateId}::bigint,
      ${made.channel}, ${made.category}, ${made.status}, ${made.suppressedBecause}, ${made.subject}, ${made.body},
      ${made.createdAt}, ${made.deferredUntil}, ${made.attachment})
    RETURNING id::text, (
      SELECT max(id)::text FROM notifications
      WHERE user_id = ${made.userId}::bigint AND status <> 'SUPPRESSED') AS previous`);
  const row = onlyRow(rows);
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { notification: { ...shownOf(made), id: row.id }, previous: row.previous };
}

/** What `selectNotifications` would find, but for the id. */
const shownOf = (made: NewNotification): Omit<Notification, 'id'> => ({
  userId: made.userId,
  channel: made.channel,
  category: made.category,
  status: made.status,
  suppressedBecause: made.suppressedBecause,
  subject: made.subject,
  body: made.body,
  createdAt: made.createdAt,
  deferredUntil: made.deferredUntil,
  sentAt: null,
  readAt: null,
  attachment: made.attachment,
});

/** What has used up the user's quotas on the UTC day of an instant. */
export async function selectConsumed(db: Queryable, userId: string, at: Date): Promise<readonly Recorded[]> {
  const rows = await db.rows<Key & Kind & { createdAt: Date }>(sql`
    SELECT coalesce(sender_id::text, '') AS "senderId", idempotency_key AS "idempotencyKey", channel, category,
      created_at AS "createdAt"
    FROM notifications
    WHERE user_id = ${userId}::bigint AND status NOT IN ('SUPPRESSED', 'FAILED')
      AND created_at >= ${dayOf(at)}::date::timestamp AT TIME ZONE 'UTC'
      AND created_at < (${dayOf(at)}::date + 1)::timestamp AT TIME ZONE 'UTC'`);
  return rows.map((row) => ({
    id: consumptionOf({ ...row, userId }).id,
    counters: limitsOf(row.channel, row.category).map(({ counter }) => counter),
  }));
}
