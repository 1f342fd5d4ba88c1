import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { recordBatch } from '../../src/write-behind/batches.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';

/**
 * Asked for only of those whom the live sets have given up, 10 minutes after their last activity: by then the row has
 * been written and no copy from before it is left. So no write invalidates it, and nobody follows its table.
 */
export const lastSeenPolicy: CachePolicy<string, Date> = {
  name: 'last-seen',
  version: 1,
  key: (userId) => userId,
  freshForMs: 60_000,
  staleForMs: 0,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(instant),
};

export async function selectLastSeen(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const rows = await db.rows<{ userId: string; seenAt: Date }>(sql`
    SELECT user_id::text AS "userId", seen_at AS "seenAt" FROM last_seen
    WHERE user_id = ANY(${userIds}::bigint[])`);
  return new Map(rows.map(({ userId, seenAt }) => [userId, seenAt]));
}

/**
 * Applies a batch of last activities, epoch ms by user id. A later time stays; whoever is no user any more is passed over,
 * lest one batch failed for ever. In the order of the ids, for two batches may be under way.
 */
export async function upsertLastSeen(tx: Queryable, { id, latest }: Batch): Promise<boolean> {
  if (!(await recordBatch(tx, 'last-seen', id))) return false;
  await tx.rows(sql`
    INSERT INTO last_seen (user_id, seen_at)
    SELECT users.id, to_timestamp(noted.at / 1000.0)
    FROM unnest(${[...latest.keys()]}::bigint[], ${[...latest.values()]}::bigint[]) AS noted (user_id, at)
    JOIN users ON users.id = noted.user_id
    ORDER BY users.id
    ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at WHERE last_seen.seen_at < excluded.seen_at`);
  return true;
}
