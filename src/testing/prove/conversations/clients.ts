import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { ProofContext } from '../proof.ts';
import { pause } from '../stage.ts';
import type { Way } from './connection.ts';
import { createListener, type Listener, type Resuming } from './listener.ts';
import { send, startGroup, type Person } from './people.ts';
import type { Stored } from './stored.ts';
import { sumOf, tallyOf, type Tally } from './tally.ts';

/** One client of a run. */
export interface Plan {
  /** Which of the two gateways it listens to first. */
  readonly gateway: 0 | 1;
  readonly by: Way;
  readonly hears: (chat: number) => boolean;
  readonly resuming?: Resuming;
  readonly field?: string;
  /** It is to fail: nobody waits for what it misses. */
  readonly isControl?: boolean;
}

/** A client, and where its part of each chat begins. */
export interface Client {
  readonly plan: Plan;
  readonly listener: Listener;
  readonly starts: ReadonlyMap<string, string>;
}

export const isControl = ({ plan }: Client): boolean => plan.isControl === true;

const chatCount = 10;
const patience = { everyMs: 20, timeoutMs: 30_000 };
/** What comes twice has come by then. */
const quietMs = 500;

interface Opening {
  readonly urls: readonly [string, string];
  readonly plans: readonly Plan[];
  readonly writers: readonly Person[];
  /** One for each plan. */
  readonly readers: readonly Person[];
}

/** Each listens behind the first message of its chats; resolves when all of them hear. */
export async function openClients(
  { resources }: Pick<ProofContext, 'resources'>,
  { urls, plans, writers, readers }: Opening,
): Promise<readonly Client[]> {
  const [owner] = writers;
  if (owner === undefined) throw new Error('nobody writes');
  let openings = 0;
  const open = (chatId: string) => {
    const text = `Opening ${(openings += 1)}`;
    return send(urls[0], owner, { chatId, text: `${chatId} ${text}`, clientMessageId: text });
  };
  const firsts = await Promise.all(
    Array.from({ length: chatCount }, async (_, chat) => {
      const members = readers.filter((_reader, index) => plans[index]?.hears(chat));
      const chatId = await startGroup(urls[0], owner, [...writers.slice(1), ...members]);
      return { chatId, first: await open(chatId) };
    }),
  );
  const clients: Client[] = [];
  for (const [index, plan] of plans.entries()) {
    const person = readers[index] ?? owner;
    const heard = firsts.filter((_, chat) => plan.hears(chat));
    const starts = new Map(heard.map(({ chatId, first }) => [chatId, first]));
    const url = urls[plan.gateway];
    const listener = await resources.open(
      () => Promise.resolve(createListener({ ...plan, url, person, starts })),
      (opened) => opened.close(),
    );
    clients.push({ plan, listener, starts });
  }
  const isHeard = ({ chatId }: { readonly chatId: string }) =>
    clients.every(({ listener }) => listener.received.get(chatId)?.length !== 0);
  const allHear = await waitUntil(async () => {
    await Promise.all(firsts.filter((each) => !isHeard(each)).map(({ chatId }) => open(chatId)));
    return waitUntil(() => firsts.every(isHeard), { everyMs: 10, timeoutMs: quietMs });
  }, patience);
  if (allHear !== true) throw new Error('not all clients hear');
  return clients;
}

/** Resolves when those that are no controls miss nothing, or nobody believes in it any more. */
export async function untilAllCame(clients: readonly Client[], stored: readonly Stored[]): Promise<void> {
  const sound = clients.filter((client) => !isControl(client));
  await waitUntil(() => sound.every((client) => tally(client, stored).lost === 0), {
    ...patience,
    everyMs: 200,
  });
  await pause(quietMs);
}

export function tally({ plan, listener, starts }: Client, stored: readonly Stored[]): Tally {
  return sumOf(
    [...starts].map(([chatId, start]) => {
      const ids = stored.filter((message) => message.chatId === chatId).map(({ id }) => id);
      const received = listener.received.get(chatId)?.map(({ id }) => id) ?? [];
      const isBehind = (id: string) => ids.indexOf(id) > ids.indexOf(start);
      // Where it listens to something else, only what it has heard tells from when on it hears.
      const from = plan.field === undefined ? isBehind : (id: string) => received.includes(id);
      return tallyOf(received, ids.slice(Math.max(0, ids.findIndex(from))));
    }),
  );
}
