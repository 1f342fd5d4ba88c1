import type { Queryable } from '../../src/database/sql.ts';
import { about, done, refusalsOf, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Turns } from '../../src/limits/turns.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { unknownAttachment } from '../attachment.ts';
import { channelOf, encodeNotice } from './channel.ts';
import { lockHead } from './head.ts';
import { historyPolicy, selectRecent } from './history.ts';
import { noSuchChat, type Memberships } from './membership.ts';
import {
  insertMessage,
  selectMessagesUpTo,
  selectSent,
  updateMessage,
  type Message,
  type MessageKey,
  type NewMessage,
} from './messages.ts';

interface Needs {
  readonly store: Store;
  readonly pubsub: PubSub;
  readonly memberships: Memberships;
  readonly turns: Turns;
}

const longestText = 4_000;
const longestClientId = 100;

/** Changes of messages: each under the lock of the chat's head, and each written through to the cached history. */
export function createSending({ store, pubsub, memberships, turns }: Needs) {
  const writeTo = <T>(chatId: string, work: (tx: Queryable, changed: Changed) => Promise<T>) =>
    turns.take(`chat ${chatId}`, () => store.write(work));

  async function rewrite(
    authorId: string,
    key: MessageKey,
    text: string | null,
  ): Promise<Outcome<Message, 'NOT_THE_AUTHOR'>> {
    await memberships.require({ chatId: key.chatId, userId: authorId });
    const written = await writeTo(key.chatId, async (tx, changed) => {
      await lockHead(tx, key.chatId);
      const updated = await updateMessage(tx, key, authorId, text);
      if (updated !== undefined) await writeThrough(tx, changed, key.chatId);
      else if (!(await isThere(tx, key))) throw noSuchChat();
      return updated;
    });
    return written === undefined ? refused(notTheAuthor()) : done(written);
  }

  /** What cannot be sent any more may have been sent before. */
  async function repeat(sent: NewMessage): Promise<Outcome<Message, 'UNKNOWN_ATTACHMENT'>> {
    const earlier = await store.read((db) => selectSent(db, sent), { primary: 'only' });
    return earlier === undefined ? refused(unknownAttachment) : done(earlier);
  }

  return {
    /**
     * Repeating a `clientMessageId`, also at the same moment, gives the first message and changes nothing. Throws
     * `NOT_FOUND` for who is no member.
     */
    async send(sent: NewMessage): Promise<Outcome<Message, 'INVALID_LENGTH' | 'UNKNOWN_ATTACHMENT'>> {
      const refusals = refusalsOf(checkText(sent.text), checkClientId(sent.clientMessageId));
      if (refusals.length > 0) return refused(...refusals);
      const { chatId } = sent;
      const [isComplete = true] = await Promise.all([
        sent.attachment?.isThere(),
        memberships.require({ chatId, userId: sent.authorId }),
      ]);
      if (!isComplete) return repeat(sent);
      const { message, previousId } = await writeTo(chatId, async (tx, changed) => {
        const lastId = await lockHead(tx, chatId);
        const made = await insertMessage(tx, sent);
        // Told once more: whoever sent it first may have died before it was told.
        if (made === undefined) return { message: await selectSent(tx, sent), previousId: undefined };
        await writeThrough(tx, changed, chatId);
        return { message: made, previousId: lastId };
      });
      // Removed since it was asked above.
      if (message === undefined) throw noSuchChat();
      const lsn = store.lastWrite()?.lsn;
      if (lsn !== undefined) {
        const notice = encodeNotice({ kind: 'message', id: message.id, previousId, lsn });
        await pubsub.publish(channelOf(chatId), notice);
      }
      return done(message);
    },

    async edit(
      authorId: string,
      key: MessageKey,
      text: string,
    ): Promise<Outcome<Message, 'INVALID_LENGTH' | 'NOT_THE_AUTHOR'>> {
      const invalid = checkText(text);
      return invalid === undefined ? rewrite(authorId, key, text) : refused(invalid);
    },

    /** The text is gone, the place stays. */
    delete: (authorId: string, key: MessageKey) => rewrite(authorId, key, null),
  };
}

/** As it is in this transaction, which holds the lock: no other change comes between this state and the next. */
async function writeThrough(tx: Queryable, changed: Changed, chatId: string): Promise<void> {
  const recent = (await selectRecent(tx, [chatId])).get(chatId);
  if (recent !== undefined) changed.to(historyPolicy, chatId, recent);
}

async function isThere(tx: Queryable, key: MessageKey): Promise<boolean> {
  const { messages } = await selectMessagesUpTo(tx, key, 1);
  return messages[0]?.id === key.id;
}

function checkText(text: string) {
  if (text.trim() !== '' && text.length <= longestText) return undefined;
  return about('text', 'INVALID_LENGTH', 'The text must have 1 to 4,000 characters.');
}

function checkClientId(id: string) {
  if (id !== '' && id.length <= longestClientId) return undefined;
  return about('clientMessageId', 'INVALID_LENGTH', 'The client’s id must have 1 to 100 characters.');
}

const notTheAuthor = () =>
  about('id', 'NOT_THE_AUTHOR', 'Only the author may, and only of what is not deleted.');
