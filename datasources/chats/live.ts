import type { Clock } from '../../src/clock/clock.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Heard, PubSub, Subscription } from '../../src/pubsub/pubsub.ts';
import type { Store } from '../../src/store/store.ts';
import { channelOf, decodeNotice, type ChatNotice } from './channel.ts';
import { cachedHistories, reachesBackTo } from './history.ts';
import { noSuchChat, type MemberKey, type Memberships } from './membership.ts';
import { selectIdsAfter, type SentMessage } from './messages.ts';
import { withTicks, type Tick } from './ticks.ts';

interface Needs {
  /** For a stream, one that remembers nothing: what is asked again is looked for again. */
  readonly store: Store;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly memberships: Memberships;
}

type MessageNotice = Extract<ChatNotice, { readonly kind: 'message' }>;

/** The last resort, where a sender died between its commit and its notice, and nobody sends it again: so late is the message then. */
const lookEveryMs = 5_000;
const batchLength = 100;

export function createLive({ store, pubsub, clock, memberships }: Needs) {
  const histories = cachedHistories(store);

  /**
   * Delivers what lies behind `lastId`, each message once and in order. Notices say when to look, and are believed only
   * where they follow on what was delivered last:
   *
   * 1. A commits a message, B commits the next.  2. B's notice comes: the message before it was not delivered, so the
   * history is read, and gives both.  3. A's notice comes: it is behind what was delivered, and passed over.
   */
  async function* follow(
    subscription: Subscription,
    key: MemberKey,
    lastId: string,
  ): AsyncGenerator<SentMessage, void> {
    const { chatId } = key;
    const isMember = async () => (await memberships.find(key)) !== undefined;
    let last = lastId;
    try {
      for await (const event of withTicks(subscription, lookEveryMs, clock)) {
        const notice = noticeOf(event);
        if (notice?.kind === 'left' && notice.userId === key.userId) return;
        if (event.kind !== 'message' && !(await isMember())) return;
        for (let more = !isOld(notice, last); more;) {
          const ids = await findNext(chatId, last, event, notice);
          for (const id of ids) {
            if (!(await isMember())) return;
            last = id;
            yield { chatId, id, lsn: isMessage(notice) ? notice.lsn : undefined };
          }
          more = ids.length >= batchLength;
        }
      }
    } finally {
      subscription.close();
    }
  }

  /** Ids behind the last one, oldest first, and at least up to what the notice tells of; fewer than a batch where that is all. */
  async function findNext(
    chatId: string,
    last: string,
    event: Heard | Tick,
    notice: ChatNotice | undefined,
  ): Promise<readonly string[]> {
    if (isMessage(notice) && notice.previousId === last) return [notice.id];
    if (isMessage(notice)) store.see({ lsn: notice.lsn, skipCopiesUntil: 0 });
    else if (event.kind === 'message') return [];
    // Thousands who listen to one chat look at the same copy.
    const recent = await histories.load(chatId);
    const newest = recent?.messages[0]?.id ?? '0';
    const isCurrent = !isMessage(notice) || BigInt(newest) >= BigInt(notice.id);
    if (recent !== undefined && isCurrent && reachesBackTo(last, recent)) {
      const sent = recent.messages.filter(({ id }) => BigInt(id) > BigInt(last));
      return sent.map(({ id }) => id).reverse();
    }
    return store.read((db) => selectIdsAfter(db, { chatId, id: last }, batchLength));
  }

  return {
    /**
     * Messages sent behind the one with the id `after`, or from now on; ends when the user is removed. Throws `NOT_FOUND`
     * for who is no member, and `UPSTREAM_UNAVAILABLE` where nobody can listen.
     */
    async messages(key: MemberKey, after: string | undefined): Promise<AsyncGenerator<SentMessage, void>> {
      await memberships.require(key);
      const subscription = await pubsub.subscribe([channelOf(key.chatId)]);
      try {
        return follow(subscription, key, after ?? (await readLastId(store, key.chatId)));
      } catch (error) {
        subscription.close();
        throw error;
      }
    },
  };
}

const noticeOf = (event: Heard | Tick) => (event.kind === 'message' ? decodeNotice(event.text) : undefined);

const isMessage = (notice: ChatNotice | undefined): notice is MessageNotice => notice?.kind === 'message';

const isOld = (notice: ChatNotice | undefined, last: string) =>
  isMessage(notice) && BigInt(notice.id) <= BigInt(last);

/** From the primary: what a replica does not know yet would come as new. */
async function readLastId(store: Store, chatId: string): Promise<string> {
  const select = (db: Queryable) =>
    db.rows<{ lastId: string }>(sql`
      SELECT last_message_id::text AS "lastId" FROM chat_heads WHERE chat_id = ${chatId}::bigint`);
  const head = onlyRow(await store.read(select, { primary: 'preferred' }));
  if (head === undefined) throw noSuchChat();
  return head.lastId;
}
