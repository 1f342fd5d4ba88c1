import type { Clock } from '../../src/clock/clock.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import {
  noteNotification,
  notificationPolicy,
  recentNotificationsPolicy,
  selectNewest,
  selectNotifications,
  unreadNotificationsPolicy,
  type Notification,
  type Recent,
} from './notifications.ts';

/** The cache keeps so many of each user. */
const recentCount = 20;
/** More are marked in several transactions: each of them is an entry to evict. */
const markedAtOnce = 500;

/** What a user sees of what was sent to them. */
export function createCentre({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  const notifications = store.cached(notificationPolicy, selectNotifications);
  const recents = store.cached(recentNotificationsPolicy, selectRecent);
  const unread = store.cached(unreadNotificationsPolicy, countUnread);

  /**
   * At most so many that are older than the one given. A user's ids are committed in their order, so a server that has the
   * one given has all before it; a replica that has not is passed over, lest what lies between is skipped.
   */
  async function listOlder(userId: string, than: string, limit: number): Promise<readonly Notification[]> {
    const select = (db: Queryable) => selectNewest(db, [userId], limit + 1, than);
    const seen = await store.read(select);
    const rows = seen[0]?.id === than ? seen : await store.read(select, { primary: 'preferred' });
    return rows.filter(({ id }) => id !== than).slice(0, limit);
  }

  return {
    /** The user's own; undefined for another's as for none. */
    async get(userId: string, id: string): Promise<Notification | undefined> {
      const found = await notifications.load(id);
      return found?.userId === userId ? found : undefined;
    },

    /** One that was announced; without Redis nothing tells a replica how far it must be, so the primary has the last word. */
    async getAnnounced(id: string): Promise<Notification | undefined> {
      const found = await notifications.load(id);
      if (found !== undefined) return found;
      const select = (db: Queryable) => selectNotifications(db, [id]);
      return (await store.read(select, { primary: 'only' })).get(id);
    },

    /** Newest first: what the cache has, and behind it, without a seam, what only Postgres has. */
    async list(userId: string, request: PageRequest): Promise<Page<Notification>> {
      const { after, limit } = request;
      const { items, hasMore } = (await recents.load(userId)) ?? nothing;
      const cached = after === undefined ? items : items.filter(({ id }) => BigInt(id) < BigInt(after));
      if (!hasMore) return pageOf(cached, request);
      if (cached.length >= limit) return { items: cached.slice(0, limit), hasNextPage: true };
      const last = cached.at(-1)?.id ?? after;
      if (last === undefined) throw new Error('an empty list with more behind it');
      return pageOf([...cached, ...(await listOlder(userId, last, limit + 1 - cached.length))], request);
    },

    countUnread: async (userId: string): Promise<number> => (await unread.load(userId)) ?? 0,

    /** All of the user's where none are named. Resolves to whether there were all that are named; else nothing is marked. */
    async markRead(userId: string, named?: readonly string[]): Promise<boolean> {
      const readAt = new Date(clock.now());
      for (;;) {
        const marked = await store.write(async (tx, changed) => {
          if (named !== undefined && !(await ownsAll(tx, userId, named))) return undefined;
          const ids = await updateRead(tx, userId, named, readAt);
          for (const id of ids) noteNotification(changed, { id, userId });
          return ids.length;
        });
        if (marked === undefined) return false;
        if (marked < markedAtOnce) return true;
      }
    },
  };
}

const nothing: Recent = { items: [], hasMore: false };

async function selectRecent(db: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, Recent>> {
  const rows = await selectNewest(db, userIds, recentCount + 1);
  return new Map(
    userIds.map((userId) => {
      const own = rows.filter((row) => row.userId === userId);
      return [userId, { items: own.slice(0, recentCount), hasMore: own.length > recentCount }];
    }),
  );
}

async function countUnread(db: Queryable, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.rows<{ userId: string; count: number }>(sql`
    SELECT asked.user_id::text AS "userId", count(n.id)::integer AS count
    FROM unnest(${userIds}::bigint[]) AS asked (user_id)
    LEFT JOIN notifications n
      ON n.user_id = asked.user_id AND n.status <> 'SUPPRESSED' AND n.read_at IS NULL
    GROUP BY asked.user_id`);
  return new Map(rows.map(({ userId, count }) => [userId, count]));
}

async function ownsAll(tx: Queryable, userId: string, ids: readonly string[]): Promise<boolean> {
  const rows = await tx.rows<{ missing: boolean }>(sql`
    SELECT EXISTS (
      SELECT FROM unnest(${ids}::bigint[]) AS named (id) WHERE NOT EXISTS (
        SELECT FROM notifications n WHERE n.id = named.id AND n.user_id = ${userId}::bigint)) AS missing`);
  return onlyRow(rows)?.missing === false;
}

/** Resolves to those that were not marked before. Locked in the order of their ids, so that two devices do not wait for each other. */
async function updateRead(
  tx: Queryable,
  userId: string,
  ids: readonly string[] | undefined,
  now: Date,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    UPDATE notifications SET read_at = ${now} WHERE id IN (
      SELECT id FROM notifications
      WHERE user_id = ${userId}::bigint AND status <> 'SUPPRESSED' AND read_at IS NULL
        AND (${ids ?? null}::bigint[] IS NULL OR id = ANY(${ids ?? null}::bigint[]))
      ORDER BY id LIMIT ${markedAtOnce} FOR NO KEY UPDATE)
    RETURNING id::text`);
  return rows.map(({ id }) => id);
}
