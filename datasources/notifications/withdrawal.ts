import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Changed } from '../../src/store/store.ts';
import { noteNotification } from './notifications.ts';
import type { Preferences } from './preferences.ts';
import { channelsOff } from './suppression.ts';

/** What is needed to give the quota back. */
interface Withdrawn {
  readonly id: string;
  readonly userId: string;
  readonly senderId: string | null;
  readonly idempotencyKey: string;
  readonly createdAt: Date;
}

/**
 * Suppresses what waits for its delivery and is not wanted any more. In the transaction that changes the preferences,
 * and so under the lock that sends wait for; one that is being delivered at this moment is waited for.
 */
export async function withdrawUnwanted(
  tx: Queryable,
  changed: Changed,
  preferences: Preferences,
): Promise<readonly Withdrawn[]> {
  const off = channelsOff(preferences);
  if (off.length === 0 && preferences.promotional) return [];
  const withdrawn = await tx.rows<Withdrawn>(sql`
    UPDATE notifications SET status = 'SUPPRESSED', deferred_until = NULL,
      suppressed_because = CASE WHEN channel = ANY(${off}::text[]) THEN 'CHANNEL_OFF' ELSE 'PROMOTIONAL_OFF' END
    WHERE user_id = ${preferences.userId}::bigint AND status IN ('QUEUED', 'DEFERRED')
      AND (channel = ANY(${off}::text[]) OR (category = 'PROMOTIONAL' AND NOT ${preferences.promotional}::boolean))
    RETURNING id::text, user_id::text AS "userId", sender_id::text AS "senderId",
      idempotency_key AS "idempotencyKey", created_at AS "createdAt"`);
  for (const notification of withdrawn) noteNotification(changed, notification);
  return withdrawn;
}
