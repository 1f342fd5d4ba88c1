import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { NotAccepted } from '../../src/providers/provider.ts';
import type { Changed } from '../../src/store/store.ts';
import { noteNotification, type Notification } from './notifications.ts';

/** A notification that waits for its delivery, and what decides about it, as the primary has it. */
export interface Waiting extends Pick<Notification, 'id' | 'userId' | 'channel' | 'subject' | 'body'> {
  /**
   * The same at each attempt. With the time, because ids begin anew in another installation or behind a restored backup, and
   * receivers drop what they take for a repeat.
   */
  readonly key: string;
  /** Of the channel; the user's id where it needs none. */
  readonly address: string | null;
  /** By these its quota was consumed. */
  readonly senderId: string | null;
  readonly idempotencyKey: string;
  readonly createdAt: Date;
  readonly isChannelOn: boolean;
  readonly isWanted: boolean;
}

/** What a delivery came to. */
export type End =
  | { readonly kind: 'sent' }
  | { readonly kind: 'suppressed'; readonly reason: NonNullable<Notification['suppressedBecause']> }
  /** To be tried again. `reason` may be logged, `detail` may not. */
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string }
  /** Refused for good, or tried too often. */
  | { readonly kind: 'given-up'; readonly detail: string };

export function whyNot({
  address,
  isChannelOn,
  isWanted,
}: Waiting): Notification['suppressedBecause'] | undefined {
  if (!isChannelOn) return 'CHANNEL_OFF';
  if (!isWanted) return 'PROMOTIONAL_OFF';
  return address === null ? 'NO_ADDRESS' : undefined;
}

export function failureOf(error: unknown): End {
  if (!(error instanceof NotAccepted)) return { kind: 'failed', reason: 'failed', detail: String(error) };
  const { isFinal, message, detail } = error;
  return isFinal ? { kind: 'given-up', detail } : { kind: 'failed', reason: message, detail };
}

/** Locks the row; undefined where it does not wait, also when that is so only once the lock is ours. */
export async function selectWaiting(tx: Queryable, id: string): Promise<Waiting | undefined> {
  const rows = await tx.rows<Waiting>(sql`
    SELECT n.id::text, n.user_id::text AS "userId", n.channel, n.subject, n.body,
      n.sender_id::text AS "senderId", n.idempotency_key AS "idempotencyKey", n.created_at AS "createdAt",
      'notification-' || n.id || '-' || floor(extract(epoch FROM n.created_at) * 1000) AS key,
      CASE n.channel WHEN 'EMAIL' THEN u.email WHEN 'SMS' THEN u.phone ELSE u.id::text END AS address,
      coalesce(CASE n.channel WHEN 'EMAIL' THEN p.email WHEN 'SMS' THEN p.sms ELSE p.push END, true) AS "isChannelOn",
      n.category <> 'PROMOTIONAL' OR coalesce(p.promotional, true) AS "isWanted"
    FROM notifications n JOIN users u ON u.id = n.user_id
    LEFT JOIN notification_preferences p ON p.user_id = n.user_id
    WHERE n.id = ${id}::bigint AND n.status IN ('QUEUED', 'DEFERRED')
    FOR NO KEY UPDATE OF n`);
  return onlyRow(rows);
}

/** Writes the end into the row that `selectWaiting` has locked; an attempt that failed shows nowhere. */
export async function settle(
  tx: Queryable,
  changed: Changed,
  waiting: Waiting,
  end: End,
  attempt?: number,
): Promise<void> {
  const status = statusOf(end);
  if (status !== undefined) noteNotification(changed, waiting);
  await tx.rows(sql`
    UPDATE notifications SET
      status = coalesce(${status ?? null}::text, status),
      sent_at = CASE WHEN ${status ?? null}::text = 'SENT' THEN now() END,
      suppressed_because = ${end.kind === 'suppressed' ? end.reason : null}::text,
      deferred_until = CASE WHEN ${status ?? null}::text IS NULL THEN deferred_until END,
      attempts = coalesce(${attempt ?? null}::smallint, attempts),
      last_error = coalesce(${detailOf(end)}::text, last_error)
    WHERE id = ${waiting.id}::bigint`);
}

/** Undefined where it goes on waiting. */
function statusOf({ kind }: End): Notification['status'] | undefined {
  switch (kind) {
    case 'sent':
      return 'SENT';
    case 'suppressed':
      return 'SUPPRESSED';
    case 'given-up':
      return 'FAILED';
    case 'failed':
      return undefined;
  }
}

/** More of it tells nobody anything. */
const longestDetail = 1_000;

const detailOf = (end: End): string | null =>
  end.kind === 'failed' || end.kind === 'given-up' ? end.detail.slice(0, longestDetail) : null;
