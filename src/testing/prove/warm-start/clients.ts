import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, type Random } from '../../../clock/random.ts';
import { postJson } from '../../post-json.ts';
import { createZipf } from '../targets/zipf.ts';
import type { Kind, LoadOptions, Order, Sample } from './load.ts';

/** The process behind `startLoad`; it loads nothing of the gateway, so that it starts at once. */
const page = `query ($id: ID!) {
  product(id: $id) { name price { amount } description images inventory { stock status } }
}`;
const search = `query ($query: String!) {
  searchProducts(query: $query, first: 5) { totalCount nodes { name price { amount } } }
}`;

/** Of twenty. */
const shares: readonly (readonly [kind: Kind, share: number])[] = [
  ['page', 15],
  ['search', 3],
  ['redirect', 2],
];
const longestMs = 15_000;
let isOver = false;

process.on('message', (order: Order) => {
  if (order.kind === 'stop') isOver = true;
  else void run(order.options).then(() => process.disconnect());
});
// Where the other side is gone, too.
process.on('disconnect', () => process.exit());

/** At a fixed rate, however long the answers take: one that is slow does not spare the gateway the next. */
async function run(options: LoadOptions): Promise<void> {
  const ask = createAsk(options);
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let count = 0; !isOver; count += 1) {
    const dueAt = startedAt + (count * 1_000) / options.perSecond;
    await sleep(Math.max(0, dueAt - performance.now()));
    const asked = ask(count, dueAt).then((sample) => void process.send?.(sample));
    underWay.add(asked);
    void asked.finally(() => underWay.delete(asked));
  }
  await Promise.all(underWay);
}

/** Who is asked late, because this process was busy, has waited since it was due. */
function createAsk({ urls, pages, queries, codes, seed }: LoadOptions) {
  const random = seededRandom(seed);
  const drawPage = drawOf(pages);
  const drawQuery = drawOf(queries);
  const drawCode = drawOf(codes);
  const asks: Readonly<Record<Kind, (url: string) => Promise<string | undefined>>> = {
    page: (url) => tryQuery(url, page, { id: drawPage(random) }),
    search: (url) => tryQuery(url, search, { query: drawQuery(random) }),
    redirect: (url) => follow(url, drawCode(random)),
  };
  return async (count: number, dueAt: number): Promise<Sample> => {
    const kind = kindOf(random);
    const fault = await asks[kind](urls[count % urls.length] ?? '').catch(String);
    const startedAt = performance.timeOrigin + dueAt;
    return { kind, startedAt, ms: performance.now() - dueAt, fault };
  };
}

function drawOf(items: readonly string[]): (random: Random) => string {
  const zipf = createZipf(items.length);
  return (random) => items[zipf(random)] ?? '';
}

function kindOf(random: Random): Kind {
  let left = random() * 20;
  return shares.find(([, share]) => (left -= share) < 0)?.[0] ?? 'page';
}

async function tryQuery(url: string, document: string, variables: Readonly<Record<string, string>>) {
  const { body } = await postJson(`${url}/graphql`, { query: document, variables });
  const { data, errors } = body as { data?: Readonly<Record<string, unknown>> | null; errors?: unknown };
  const isRight = errors === undefined && data != null && !Object.values(data).includes(null);
  return isRight ? undefined : JSON.stringify(body);
}

async function follow(url: string, code: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(longestMs);
  const { status } = await fetch(`${url}/${code}`, { redirect: 'manual', signal });
  return status === 302 ? undefined : `${code}: ${status}`;
}
