import { isDeepStrictEqual } from 'node:util';
import { firstPriceMinor, type Population } from '../data/population.ts';
import type { Server } from '../stacks/stack.ts';
import type { Ask, Workload } from './workload.ts';

/** The first one that a write of the load has, too. */
const writtenMinor = firstPriceMinor + 1;

/** The answer of a server, by its name. */
export interface Answered {
  readonly server: string;
  readonly answer: unknown;
}

/** What is wrong; undefined where all are the same. */
export function differenceOf(answered: readonly Answered[]): string | undefined {
  const [first, ...others] = answered;
  if (first === undefined) return undefined;
  // An answer that is missing everywhere would be the same everywhere.
  if (first.answer == null) return `${first.server} answers ${JSON.stringify(first.answer)}`;
  const other = others.find(({ answer }) => !isDeepStrictEqual(answer, first.answer));
  if (other === undefined) return undefined;
  const told = ({ server, answer }: Answered) => `${server}: ${JSON.stringify(answer)}`;
  return `${told(first)}\n${told(other)}`;
}

/** Asks all servers for so many keys, and each for a write. Throws where their answers differ: what is not the same is not compared. */
export async function requireSameAnswers(
  workload: Workload,
  servers: readonly Server[],
  population: Population,
  count: number,
): Promise<void> {
  const places = spread(count, Math.min(...servers.map(({ name }) => workload.keys(population, name))));
  for (const place of places) {
    const answered: Answered[] = [];
    for (const server of servers) {
      // One answer for all keys: that of the first.
      if (server.stack.dialect === 'bare' && place !== places[0]) continue;
      const { body } = await ask(workload, server, population, place);
      const dialect = server.stack.dialect === 'bare' ? referenceDialect(servers) : server.stack.dialect;
      answered.push({ server: server.name, answer: workload.read(body, dialect) });
    }
    const difference = differenceOf(answered);
    if (difference !== undefined)
      throw new Error(`${workload.name}: the answers for key ${place} differ.\n${difference}`);
  }
  for (const server of servers) await requireWrite(workload, server, population, places.at(-1) ?? 0);
}

/** The first one is that of a bare server. */
const spread = (count: number, keys: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => Math.floor((index * keys) / count));

/** One that did not write would be fast, and never stale. */
async function requireWrite(
  { name, writes }: Workload,
  server: Server,
  population: Population,
  place: number,
): Promise<void> {
  const { dialect } = server.stack;
  if (writes === undefined || dialect === 'bare') return;
  const asked = writes.request({ population, server: server.name, place, dialect }, writtenMinor);
  const { text } = await send(server, asked.path, asked);
  if (writes.priceIn(text, dialect) !== writtenMinor)
    throw new Error(`${name}: ${server.name} does not write: ${text}`);
}

/** Whose bytes a bare server has. */
const referenceDialect = (servers: readonly Server[]) =>
  servers.find(({ stack }) => stack.dialect !== 'bare')?.stack.dialect ?? 'gateway';

interface Reply {
  readonly body: unknown;
  readonly text: string;
}

/** Parsed and as it came; of a redirect both are where it leads. */
export async function ask(
  workload: Workload,
  server: Server,
  population: Population,
  place: number,
): Promise<Reply> {
  const { dialect } = server.stack;
  const asked = workload.request({ population, server: server.name, place, dialect });
  return send(server, dialect === 'bare' && asked.body !== undefined ? workload.name : asked.path, asked);
}

async function send({ name, url }: Server, path: string, asked: Ask): Promise<Reply> {
  const response = await fetch(`${url}/${path}`, initOf(asked));
  const text = await response.text();
  const location = response.headers.get('location');
  if (asked.body === undefined) return { body: location, text: location ?? '' };
  if (response.status !== 200) throw new Error(`${name} answers ${response.status}: ${text}`);
  return { body: JSON.parse(text), text };
}

function initOf({ body, token }: Ask): RequestInit {
  const common = { redirect: 'manual', signal: AbortSignal.timeout(30_000) } as const;
  if (body === undefined) return common;
  return {
    ...common,
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  };
}
