import { seededRandom } from '../../../clock/random.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { createAuthors, type Authors } from './authors.ts';
import { isControl, openClients, tally, untilAllCame, type Client, type Plan } from './clients.ts';
import type { Doomed } from './doomed.ts';
import { newcomers } from './people.ts';
import { openStored, type Stored } from './stored.ts';
import { sumOf, type Tally } from './tally.ts';

export interface RunOptions {
  readonly what: string;
  readonly messages: number;
  readonly urls: readonly [string, string];
  readonly plans: readonly Plan[];
  /** The second gateway: killed when half of the messages are sent. */
  readonly doomed?: Doomed;
  readonly forgetsIds?: boolean;
}

export interface Run {
  /** Of the clients that are no controls, together. */
  readonly sound: Tally;
  /** Of each control, in the order of the plans. */
  readonly controls: readonly Tally[];
  /** Streams that clients began again, beside all of those they had at the second gateway. */
  readonly resumptions: number;
  readonly streamsAtSecond: number;
  readonly acknowledged: number;
  /** Acknowledged, and not in Postgres. */
  readonly vanished: number;
  /** Of one text more than once. */
  readonly storedTwice: number;
  /** Stored by the gateway that was killed, which has not answered. */
  readonly unanswered: number;
  readonly repeats: number;
  readonly perSecond: number;
  /** From the post to each receipt, and from the answer, which may come later than the message. */
  readonly sinceSentMs: Spread;
  readonly sinceAnswerMs: Spread;
}

const authorCount = 8;
const tenths = 10;

/** Ten chats of their own, clients that listen to them, and messages by many authors through both gateways. */
export async function runConversations(
  context: ProofContext,
  stage: Stage,
  { what, messages, urls, plans, doomed, forgetsIds = false }: RunOptions,
): Promise<Run> {
  const database = await openStored(context, stage);
  const people = await newcomers(stage, urls[0], authorCount + plans.length);
  const [writers, readers] = [people.slice(0, authorCount), people.slice(authorCount)];
  const clients = await context.step(`${what}: chats and clients`, () =>
    openClients(context, { urls, plans, writers, readers }),
  );
  const chatIds = [...new Set(clients.flatMap(({ starts }) => [...starts.keys()]))];
  const live = new Set<string>(urls);
  const random = seededRandom(context.seed);
  const authors = createAuthors({ people: writers, chatIds, urls: live, random, forgetsIds });
  let unanswered = 0;

  async function kill(dying: Doomed): Promise<void> {
    await dying.gag();
    unanswered = await database.countTexts(authors.underWay(dying.url));
    live.delete(dying.url);
    for (const { listener } of clients) listener.moveTo(urls[0]);
    dying.kill();
  }

  let writingMs = 0;
  const part = Math.ceil(messages / tenths);
  await inSteps(context, `${what}: tenths of ${part * tenths} messages`, tenths, async (index) => {
    const startedAt = performance.now();
    const isKilled = doomed !== undefined && index === tenths / 2;
    await Promise.all([authors.write(part), isKilled ? kill(doomed) : undefined]);
    writingMs += performance.now() - startedAt;
  });
  const stored = await database.readAll(chatIds);
  await context.step(`${what}: until all have come`, () => untilAllCame(clients, stored));
  for (const { listener } of clients) await listener.close();
  const sound = clients.filter((client) => !isControl(client));
  return {
    sound: sumOf(sound.map((client) => tally(client, stored))),
    controls: clients.filter(isControl).map((client) => tally(client, stored)),
    resumptions: clients.reduce((sum, { listener }) => sum + listener.resumptions(), 0),
    streamsAtSecond: clients.reduce((sum, { plan, starts }) => sum + plan.gateway * starts.size, 0),
    acknowledged: authors.answered.size,
    ...compare(authors, stored),
    unanswered,
    repeats: authors.repeats(),
    perSecond: rounded((part * tenths * 1_000) / writingMs),
    ...latencies(authors, sound),
  };
}

function compare({ answered }: Authors, stored: readonly Stored[]) {
  const ids = new Set(stored.map(({ id }) => id));
  return {
    vanished: [...answered.keys()].filter((id) => !ids.has(id)).length,
    storedTwice: stored.length - new Set(stored.map(({ text }) => text)).size,
  };
}

function latencies({ answered }: Authors, clients: readonly Client[]) {
  const sinceSent: number[] = [];
  const sinceAnswer: number[] = [];
  for (const { listener } of clients) {
    for (const { id, at } of [...listener.received.values()].flat()) {
      const sent = answered.get(id);
      if (sent === undefined) continue;
      sinceSent.push(at - sent.postedAt);
      sinceAnswer.push(at - sent.at);
    }
  }
  return { sinceSentMs: spreadOf(sinceSent), sinceAnswerMs: spreadOf(sinceAnswer) };
}
