import type { Random } from '../../../clock/random.ts';
import { postQuery } from '../../gateway.ts';
import { send, type Person } from '../conversations/people.ts';
import { spreadOf, type Spread } from '../measures.ts';
import { pause } from '../stage.ts';

/** Clients that go on asking and writing through nginx until `stop`; none of them tries anything twice. */
export interface Load {
  seen(kind: Kind, from: number, to?: number): Seen;
  stop(): Promise<void>;
}

export type Kind = 'read' | 'write';

export interface Seen {
  readonly ms: Spread;
  readonly faults: readonly string[];
  /** Of `performance.now()`: when the first request of these that was answered was sent, and the last one that failed. */
  readonly firstAnsweredAt: number | undefined;
  readonly lastFailedAt: number | undefined;
}

interface Sample {
  readonly kind: Kind;
  readonly startedAt: number;
  readonly ms: number;
  readonly fault: string | undefined;
}

interface Needs {
  readonly url: string;
  readonly people: readonly Person[];
  readonly chatId: string;
  readonly productIds: readonly string[];
  readonly random: Random;
}

const readers = 12;
const writers = 4;
const pauseMs = 10;
const writersPauseMs = 100;

interface Ask {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly isRight: (data: Readonly<Record<string, unknown>>) => boolean;
}

/** Messages have texts and ids of their own over all loads of the process. */
let texts = 0;

export function startLoad({ url, people, chatId, productIds, random }: Needs): Load {
  const samples: Sample[] = [];
  let isOver = false;

  async function note(kind: Kind, work: () => Promise<string | undefined>): Promise<void> {
    const startedAt = performance.now();
    const fault = await work().catch((error: unknown) => describe(error));
    samples.push({ kind, startedAt, ms: performance.now() - startedAt, fault });
  }

  async function read(): Promise<string | undefined> {
    const ask = pick(asks(), random);
    const { data, errors } = await postQuery(url, ask.document, {
      token: ask.token,
      variables: ask.variables ?? {},
    });
    if (errors.length > 0) return JSON.stringify(errors);
    return data != null && ask.isRight(data) ? undefined : JSON.stringify(data);
  }

  async function write(): Promise<string | undefined> {
    const text = `Load ${(texts += 1)}`;
    await send(url, pick(people, random), { chatId, text, clientMessageId: text });
    return undefined;
  }

  /** What a replica and the cache can answer: the primary may be gone. */
  const asks = (): readonly Ask[] => [
    {
      document: 'query ($id: ID!) { product(id: $id) { id name price { amount } } }',
      variables: { id: pick(productIds, random) },
      isRight: ({ product }) => product != null,
    },
    {
      document: '{ products(first: 10) { nodes { id price { amount } } } }',
      isRight: ({ products }) => (products as { nodes: readonly unknown[] }).nodes.length === 10,
    },
    {
      document: '{ viewer { username } }',
      token: pick(people, random).token,
      isRight: ({ viewer }) => viewer != null,
    },
  ];

  const repeat = async (kind: Kind, work: () => Promise<string | undefined>, everyMs: number) => {
    while (!isOver) {
      await note(kind, work);
      await pause(everyMs);
    }
  };
  const running = Promise.all([
    ...Array.from({ length: readers }, () => repeat('read', read, pauseMs)),
    ...Array.from({ length: writers }, () => repeat('write', write, writersPauseMs)),
  ]);

  return {
    seen(kind, from, to = Infinity) {
      const all = samples.filter((one) => one.kind === kind && one.startedAt >= from && one.startedAt <= to);
      return {
        ms: spreadOf(all.map(({ ms }) => ms)),
        faults: all.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
        firstAnsweredAt: all.find(({ fault }) => fault === undefined)?.startedAt,
        lastFailedAt: all.findLast(({ fault }) => fault !== undefined)?.startedAt,
      };
    },
    async stop() {
      isOver = true;
      await running;
    },
  };
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}

const describe = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error
    ? `${error.message}: ${error.cause.message}`
    : String(error);
