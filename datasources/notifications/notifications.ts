import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Changed } from '../../src/store/store.ts';
import { attachmentReference } from '../attachment.ts';
import { suppressions } from './suppression.ts';
import { categories, channels } from './templates.ts';

const statuses = ['QUEUED', 'DEFERRED', 'SENT', 'FAILED', 'SUPPRESSED'] as const;

const notification = z.object({
  id: z.string(),
  userId: z.string(),
  channel: z.enum(channels),
  category: z.enum(categories),
  status: z.enum(statuses),
  suppressedBecause: z.enum(suppressions).nullable(),
  subject: z.string().nullable(),
  body: z.string(),
  createdAt: instant,
  deferredUntil: instant.nullable(),
  sentAt: instant.nullable(),
  readAt: instant.nullable(),
  attachment: attachmentReference.nullable(),
});

/** Something that was sent to a user, or was not. */
export type Notification = z.output<typeof notification>;

/** The newest of a user, newest first, without what was suppressed. */
const recent = z.object({ items: z.array(notification), hasMore: z.boolean() });
export type Recent = z.output<typeof recent>;

const common = {
  version: 2,
  freshForMs: 15 * 60_000,
  staleForMs: 0,
  tiers: 'redis',
  strict: false,
} as const;

export const notificationPolicy: CachePolicy<string, Notification> = {
  name: 'notification',
  ...common,
  key: (id) => id,
  missingForMs: 60_000,
  codec: jsonCodec(notification),
};

/** What the notification centre opens with; a user without any has an empty list. */
export const recentNotificationsPolicy: CachePolicy<string, Recent> = {
  name: 'recent-notifications',
  ...common,
  key: (userId) => userId,
  missingForMs: 0,
  codec: jsonCodec(recent),
};

export const unreadNotificationsPolicy: CachePolicy<string, number> = {
  name: 'unread-notifications',
  ...common,
  key: (userId) => userId,
  missingForMs: 0,
  codec: jsonCodec(z.int().nonnegative()),
};

/** Every change of a row shows in three entries. */
export const notificationChanges: TableChanges<'user_id' | 'id'> = {
  table: 'notifications',
  columns: ['user_id', 'id'],
  keys: (row) => [
    keyOf(notificationPolicy, row.id),
    keyOf(recentNotificationsPolicy, row.user_id),
    keyOf(unreadNotificationsPolicy, row.user_id),
  ],
};

/** For every transaction that makes or changes one. */
export function noteNotification(
  changed: Changed,
  { id, userId }: Pick<Notification, 'id' | 'userId'>,
): void {
  // A new one is fenced from birth: else a replica that has not replayed it yet would have it remembered as missing.
  changed(notificationPolicy, id);
  changed(recentNotificationsPolicy, userId);
  changed(unreadNotificationsPolicy, userId);
}

export async function selectNotifications(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Notification>> {
  const rows = await db.rows<Notification>(sql`
    SELECT id::text, user_id::text AS "userId", channel, category, status,
      suppressed_because AS "suppressedBecause", subject, body, created_at AS "createdAt",
      deferred_until AS "deferredUntil", sent_at AS "sentAt", read_at AS "readAt", attachment
    FROM notifications WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}

/** Of each user so many from `from` on, which is the first where the user has it; newest first, none that was suppressed. */
export function selectNewest(
  db: Queryable,
  userIds: readonly string[],
  limit: number,
  from = '9223372036854775807',
): Promise<readonly Notification[]> {
  return db.rows<Notification>(sql`
    SELECT n.id::text, n.user_id::text AS "userId", n.channel, n.category, n.status,
      n.suppressed_because AS "suppressedBecause", n.subject, n.body, n.created_at AS "createdAt",
      n.deferred_until AS "deferredUntil", n.sent_at AS "sentAt", n.read_at AS "readAt", n.attachment
    FROM unnest(${userIds}::bigint[]) AS asked (user_id) CROSS JOIN LATERAL (
      SELECT * FROM notifications
      WHERE user_id = asked.user_id AND id <= ${from}::bigint AND status <> 'SUPPRESSED'
      ORDER BY id DESC LIMIT ${limit}) AS n
    ORDER BY n.id DESC`);
}
