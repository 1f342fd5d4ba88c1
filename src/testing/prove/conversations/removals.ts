import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { spreadOf } from '../measures.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import { pause, type Stage } from '../stage.ts';
import { connect, messagesOf, type Connection } from './connection.ts';
import { addMember, canRead, newcomers, removeMember, send, startGroup, type Person } from './people.ts';

export interface Removals {
  readonly rounds: number;
  /** From the request for the removal to the end of the stream; `Infinity` where it was given up. */
  readonly endedAfterMs: readonly number[];
  /** Reads that were answered: just before the removal was asked for … */
  readonly readBefore: number;
  /** … and those that were asked for when it was acknowledged. */
  readonly readAfter: number;
  /** Streams that brought a message sent after the acknowledgement. */
  readonly heardAfter: number;
}

interface Options {
  readonly what: string;
  readonly rounds: number;
  /** Members are removed through the first, and listen and read through the second. */
  readonly urls: readonly [string, string];
  readonly giveUpMs: number;
  /** A group of its own for each round; the member is added to the same one again when not given. */
  readonly inNewGroups?: boolean;
}

const everyMs = 2;
const patience = { everyMs, timeoutMs: 10_000 };
/** What was sent would have come by then, had the stream not ended. */
const settleMs = 20;

/** A member is removed and added again, and listens on another gateway meanwhile. */
export async function seeRemovals(
  context: ProofContext,
  stage: Stage,
  { what, rounds, urls: [here, there], giveUpMs, inNewGroups = false }: Options,
): Promise<Removals> {
  const [owner, member] = await newPair(stage, here);
  let chatId = await startGroup(here, owner, [member]);
  const endedAfterMs: number[] = [];
  let [texts, readBefore, readAfter, heardAfter] = [0, 0, 0, 0];
  const say = () => {
    const text = `Message ${(texts += 1)}`;
    return send(here, owner, { chatId, text, clientMessageId: text });
  };

  /** Behind the messages that it hears first. */
  async function removeListening(connection: Connection): Promise<void> {
    const after = await say();
    const opening = await say();
    const heard: string[] = [];
    let endedAt = Infinity;
    const listening = (async () => {
      for await (const id of messagesOf(connection, { chatId, after })) heard.push(id);
      endedAt = performance.now();
    })();
    // What breaks off has not ended.
    listening.catch(() => undefined);
    if (!(await waitUntil(() => heard.includes(opening), patience))) throw new Error('nothing is heard');
    if (await canRead(there, member, chatId)) readBefore += 1;
    const askedAt = performance.now();
    await removeMember(here, owner, chatId, member);
    const [isRead, late] = await Promise.all([canRead(there, member, chatId), say()]);
    if (isRead) readAfter += 1;
    await waitUntil(() => endedAt < Infinity, { everyMs, timeoutMs: giveUpMs });
    endedAfterMs.push(endedAt - askedAt);
    await pause(settleMs);
    if (heard.includes(late)) heardAfter += 1;
  }

  await inSteps(context, what, rounds, async (round) => {
    if (inNewGroups) chatId = await startGroup(here, owner, [member]);
    else if (round > 0) await addMember(here, owner, chatId, member);
    const connection = connect(there, member, round % 2 === 0 ? 'socket' : 'events');
    try {
      await removeListening(connection);
    } finally {
      connection.close();
    }
  });
  return { rounds, endedAfterMs, readBefore, readAfter, heardAfter };
}

export const figuresOf = ({ endedAfterMs, ...counts }: Removals) => ({
  ...counts,
  endedAfterMs: spreadOf(endedAfterMs),
});

async function newPair(stage: Stage, url: string): Promise<readonly [Person, Person]> {
  const [owner, member] = await newcomers(stage, url, 2);
  if (owner === undefined || member === undefined) throw new Error('nobody has come');
  return [owner, member];
}
