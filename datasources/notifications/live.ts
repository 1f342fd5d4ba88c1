import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { PubSub, Subscription } from '../../src/pubsub/pubsub.ts';
import type { Store } from '../../src/store/store.ts';
import { channelOf, readAnnouncement } from './announcements.ts';

/** A notification that came; whoever wants more of it loads it. */
export interface Received {
  readonly id: string;
}

interface Needs {
  /** One for each look: a stream outlives the request that began it. */
  readonly openStore: () => Store;
  readonly pubsub: PubSub;
}

/** A stream reads so many at once where it has to catch up. */
const catchUpCount = 100;

/**
 * A user's notifications as they come, each once and in the order of their ids.
 *
 * They are committed in that order, because sends to one user queue at a lock before the row gets its id. So the last id that was
 * passed on says all: what is missing lies behind it, and Postgres has it. An announcement names the one before it:
 *
 * - it is the last that was passed on: this is the next one, and Postgres is not asked;
 * - it is newer: an announcement has been lost, or has been overtaken by this one, as in 1. gateway A commits, 2. gateway B
 *   commits, 3. B announces, 4. A announces. Postgres is asked, and what comes later with an id that was passed on is passed over.
 */
export function createLive({ openStore, pubsub }: Needs) {
  // On the primary, and only there: what was announced before the subscription began is not announced again.
  const read = <T>(query: (db: Queryable) => Promise<T>) => openStore().read(query, { primary: 'only' });

  /** `isBehind`: there may be some after `start` that nobody will announce any more. */
  async function* follow(subscription: Subscription, userId: string, start: string, isBehind: boolean) {
    let last = BigInt(start);

    async function* catchUp(): AsyncGenerator<Received> {
      for (let isMore = true; isMore;) {
        const ids = await read((db) => selectIdsAfter(db, userId, last.toString(), catchUpCount));
        for (const id of ids) {
          last = BigInt(id);
          yield { id };
        }
        isMore = ids.length === catchUpCount;
      }
    }

    if (isBehind) yield* catchUp();
    for await (const heard of subscription) {
      const announced = heard.kind === 'message' ? readAnnouncement(heard.text) : undefined;
      if (announced === undefined || BigInt(announced.previous ?? 0) > last) yield* catchUp();
      else if (BigInt(announced.id) > last) {
        last = BigInt(announced.id);
        yield { id: announced.id };
      }
    }
  }

  return {
    /**
     * First those that came after the one given, then each new one; without one, from now on. Rejects, and later ends, with
     * `UPSTREAM_UNAVAILABLE` where Redis or the primary cannot be asked: begun again behind its last, it misses nothing.
     */
    async receive(userId: string, after: string | undefined): Promise<AsyncIterableIterator<Received>> {
      const subscription = await pubsub.subscribe([channelOf(userId)]);
      const close = () => subscription.close();
      try {
        // Now, and not when the first one is asked for: what comes in between must be passed on.
        const start = after ?? (await read((db) => selectNewestId(db, userId)));
        return endedBy(follow(subscription, userId, start, after !== undefined), close);
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/**
 * A generator that waits for an event does not hear `return` until the event has come, which may be never: what it waits
 * for is closed first.
 */
function endedBy<T>(source: AsyncGenerator<T>, close: () => void): AsyncIterableIterator<T> {
  return {
    async next() {
      try {
        const result = await source.next();
        if (result.done === true) close();
        return result;
      } catch (error) {
        close();
        throw error;
      }
    },
    return() {
      close();
      return source.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function selectNewestId(db: Queryable, userId: string): Promise<string> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT coalesce(max(id), 0)::text AS id FROM notifications
    WHERE user_id = ${userId}::bigint AND status <> 'SUPPRESSED'`);
  return onlyRow(rows)?.id ?? '0';
}

async function selectIdsAfter(
  db: Queryable,
  userId: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT id::text FROM notifications
    WHERE user_id = ${userId}::bigint AND id > ${after}::bigint AND status <> 'SUPPRESSED'
    ORDER BY notifications.id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}
