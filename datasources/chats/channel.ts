import { z } from 'zod';
import { isLsn, type Lsn } from '../../src/clock/lsn.ts';

const id = z.string().regex(/^\d{1,18}$/);

/** What the members' gateways are told of a chat; whatever matters of it lies in Postgres. */
const notice = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    id,
    /**
     * The message before it, or where the chat begins: tells whether one was missed. Left out where the message is told of
     * once more.
     */
    previousId: id.optional(),
    /** A position in the log behind the message's commit. */
    lsn: z.custom<Lsn>((text) => typeof text === 'string' && isLsn(text)),
  }),
  z.object({ kind: z.literal('left'), userId: id }),
]);

export type ChatNotice = z.output<typeof notice>;

export const channelOf = (chatId: string): string => `chat:${chatId}`;

export const encodeNotice = (told: ChatNotice): string => JSON.stringify(told);

/** Undefined for what is not for this reader: other notices of the same chat, those of a later version, garbage. */
export function decodeNotice(text: string): ChatNotice | undefined {
  try {
    return notice.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
