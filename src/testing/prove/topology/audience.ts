import { toGlobalId, idOf } from '../../../../schema/global-id.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { onServer } from '../../database.ts';
import type { Way } from '../conversations/connection.ts';
import { createListener, type Listener, type Resuming } from '../conversations/listener.ts';
import { send, type Person } from '../conversations/people.ts';
import { sumOf, tallyOf, type Tally } from '../conversations/tally.ts';
import type { Resources } from '../resources.ts';
import { pause } from '../stage.ts';

/**
 * Many WebSockets and some event streams through nginx that listen to one chat, each behind what it has seen last, and some
 * sockets that do not.
 */
export interface Audience {
  /** Sockets that were closed since the audience came, but for those that their clients closed themselves. */
  readonly closes: readonly Close[];
  /** Sockets. */
  readonly size: number;
  /** Compares what each received with what is stored; resolves when those that resume miss nothing, or after a while. */
  count(primaryUrl: string): Promise<{ readonly resumed: Tally; readonly careless: Tally }>;
}

export interface Close {
  readonly code: number;
  /** Of `performance.now()`. */
  readonly at: number;
}

interface Needs {
  readonly url: string;
  readonly people: readonly Person[];
  readonly chatId: string;
  readonly resources: Pick<Resources, 'open'>;
  readonly sockets: number;
}

/** Such as after an error in place of a message. */
const ownDoing = 1000;
const carelessOnes = 6;
const streams = 6;
const patience = { everyMs: 200, timeoutMs: 30_000 };
/** What comes twice has come by then. */
const quietMs = 500;

export async function openAudience({ url, people, chatId, resources, sockets }: Needs): Promise<Audience> {
  const closes: Close[] = [];
  const [first] = people;
  if (first === undefined) throw new Error('nobody listens');
  const opening = `Opening ${performance.now()}`;
  const start = await send(url, first, { chatId, text: opening, clientMessageId: opening });

  const open = (index: number, by: Way, resuming: Resuming) =>
    resources.open(
      () =>
        Promise.resolve(
          createListener({
            ...{ url, by, resuming },
            person: people[index % people.length] ?? first,
            starts: new Map([[chatId, start]]),
            onClosed(code) {
              if (code !== ownDoing) closes.push({ code, at: performance.now() });
            },
          }),
        ),
      (listener) => listener.close(),
    );
  const openAll = (count: number, by: Way, resuming: Resuming) =>
    Promise.all(Array.from({ length: count }, (_, index) => open(index, by, resuming)));
  const resuming = [
    ...(await openAll(sockets, 'socket', 'after the last seen')),
    ...(await openAll(streams, 'events', 'after the last seen')),
  ];
  const careless = await openAll(carelessOnes, 'socket', 'from now on');
  const all = [...resuming, ...careless];
  const hear = async () => {
    const text = `${opening}, ${performance.now()}`;
    await send(url, first, { chatId, text, clientMessageId: text });
    return all.every((listener) => receivedBy(listener, chatId).length > 0);
  };
  if ((await waitUntil(hear, patience)) !== true) throw new Error('not all of the audience hears');

  return {
    closes,
    size: sockets + carelessOnes,
    async count(primaryUrl) {
      const stored = await storedBehind(primaryUrl, chatId, start);
      const tallies = (listeners: readonly Listener[]) =>
        sumOf(listeners.map((listener) => tallyOf(receivedBy(listener, chatId), stored)));
      await waitUntil(() => tallies(resuming).lost === 0, patience);
      await pause(quietMs);
      return { resumed: tallies(resuming), careless: tallies(careless) };
    },
  };
}

const receivedBy = (listener: Listener, chatId: string): readonly string[] =>
  (listener.received.get(chatId) ?? []).map(({ id }) => id);

/** Global ids, in order. */
async function storedBehind(primaryUrl: string, chatId: string, start: string): Promise<readonly string[]> {
  const chat = idOf('Chat', chatId);
  const rows = await onServer<{ id: string }>(
    primaryUrl,
    'SELECT id::text FROM messages WHERE chat_id = $1 ORDER BY id',
    [chat],
  );
  const ids = rows.map(({ id }) => toGlobalId('Message', `${chat}.${id}`));
  return ids.slice(ids.indexOf(start) + 1);
}
