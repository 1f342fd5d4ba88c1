import { Redis } from 'ioredis';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { postQuery } from '../../gateway.ts';
import type { MortalGateway } from '../child-gateway.ts';
import { pause } from '../stage.ts';
import { keysSince, type KeysRead } from '../targets/keys-read.ts';
import { keysLoadedBy, keysReadBy, readFigures, statementsOf } from './figures.ts';
import { now, startLoad, type Load, type Seen } from './load.ts';
import { startProcess, type Place } from './place.ts';

/** What came of a cold cache, with a worker that warms it or with one that may not. */
export interface Warming {
  /** They go on running. */
  readonly processes: Processes;
  /** After a restart of all processes with an empty Redis. */
  readonly restart: Restart;
  /** After Redis was emptied under load. */
  readonly flush: Flush;
  /** Links that were followed meanwhile. */
  readonly redirects: number;
}

interface Restart {
  /** Of the first requests: those of products' pages and of searches. */
  readonly keys: KeysRead;
  /** Keys that the gateway had to read from Postgres for the first requests. */
  readonly loaded: number;
  /** Statements of the gateway for them. */
  readonly statements: number;
  /** Keys that the worker had read before the first request. */
  readonly beforehand: number;
}

interface Flush {
  /** Until everything was loaded again; undefined where nobody does. */
  readonly warmMs: number | undefined;
  /** From the flush to the end of the warming, or as long as that took where there was one. */
  readonly meanwhile: Seen;
  readonly afterwards: Seen;
  /** Of both processes, in the seconds behind the flush. */
  readonly statements: number;
  /** Pages of popular products, each asked for once. */
  readonly popular: KeysRead;
}

/** A process that answers and one that works. */
interface Processes {
  readonly gateway: MortalGateway;
  readonly worker: MortalGateway;
}

const pagePolicies = ['product-details', 'inventory', 'search'];
const warmsWithinMs = 60_000;
const probesAtOnce = 8;

/** Where `coldMs` is given, the worker may not warm, and the load is looked at for so long. */
export async function seeWarming(place: Place, coldMs?: number): Promise<Warming> {
  const { context } = place;
  const mayWarm = coldMs === undefined;
  const what = mayWarm ? 'With warming' : 'Control: without warming';
  const processes = await context.step(`${what}: a restart with an empty Redis`, () =>
    startCold(place, mayWarm),
  );
  const { restart, load } = await context.step(`${what}: the first requests`, () =>
    askFirst(place, processes),
  );
  const seen = await context.step(`${what}: Redis emptied under load`, () =>
    flushUnder(place, { ...processes, load, coldMs }),
  );
  await load.stop();
  const popular = await context.step(`${what}: popular products, each once`, () =>
    probe(place, processes.gateway),
  );
  return { processes, restart, flush: { ...seen, popular }, redirects: load.seen().redirects };
}

/** Resolves when both are ready and, where this may be, all is loaded. */
async function startCold(place: Place, mayWarm: boolean): Promise<Processes> {
  await emptyRedis(place);
  const suffix = mayWarm ? 'warm' : 'cold';
  const env: Readonly<Record<string, string>> = mayWarm ? {} : { WARM_UP_MS: '0' };
  const [worker, gateway] = await Promise.all([
    startProcess(place, { name: `worker-${suffix}`, roles: 'worker', env }),
    startProcess(place, { name: `gateway-${suffix}`, roles: 'http' }),
  ]);
  if (mayWarm) {
    await warmed(place, worker, 0);
    await untilQuiet(worker);
  }
  return { gateway, worker };
}

/** The first worker of all gives up all entries when it makes its slot, and begins anew. */
async function untilQuiet(worker: MortalGateway): Promise<void> {
  let last = -1;
  const isQuiet = async () => {
    const figures = await readFigures(worker.url);
    const read = figures.total('gateway_cache_reads_total');
    const isSame = read === last;
    last = read;
    return isSame && figures.total('gateway_backstop_active') > 0;
  };
  if (await waitUntil(isQuiet, { everyMs: 250, timeoutMs: warmsWithinMs })) return;
  throw new Error(`a worker was not done with warming within ${warmsWithinMs} ms`);
}

async function emptyRedis({ stage }: Place): Promise<void> {
  const client = new Redis(stage.servers.redisUrl);
  await client.flushall().finally(() => client.disconnect());
}

/** Searches that a worker has read: it warms them behind all that belongs to products. */
async function searchesReadBy({ url }: MortalGateway): Promise<number> {
  const { l1, redis, joined, source } = await keysReadBy(await readFigures(url), ['search']);
  return l1 + redis + joined + source;
}

async function warmed({ shop }: Place, worker: MortalGateway, since: number): Promise<void> {
  const isWarm = async () => (await searchesReadBy(worker)) >= since + shop.queries.length;
  if (await waitUntil(isWarm, { everyMs: 25, timeoutMs: warmsWithinMs })) return;
  throw new Error(`the cache was not warm within ${warmsWithinMs} ms`);
}

const loadOf = ({ context, shop }: Place, urls: readonly string[]): Promise<Load> =>
  startLoad(context, { ...shop, urls, perSecond: context.options.rate, seed: context.seed });

async function askFirst(
  place: Place,
  { gateway, worker }: Processes,
): Promise<{ readonly restart: Restart; readonly load: Load }> {
  const beforehand = keysLoadedBy(await readFigures(worker.url));
  const before = await readFigures(gateway.url);
  const load = await loadOf(place, [gateway.url]);
  await load.until(place.context.options.requests);
  const after = await readFigures(gateway.url);
  const [keysAfter, keysBefore] = [
    await keysReadBy(after, pagePolicies),
    await keysReadBy(before, pagePolicies),
  ];
  const restart = {
    keys: keysSince(keysAfter, keysBefore),
    loaded: keysLoadedBy(after) - keysLoadedBy(before),
    statements: statementsOf(after) - statementsOf(before),
    beforehand,
  };
  return { restart, load };
}

interface Flushing extends Processes {
  readonly load: Load;
  readonly coldMs: number | undefined;
}

async function flushUnder(place: Place, { gateway, worker, load, coldMs }: Flushing) {
  const watchMs = place.context.options.seconds * 1_000;
  const count = async () => {
    const both = await Promise.all([gateway, worker].map(({ url }) => readFigures(url)));
    return both.reduce((sum, figures) => sum + statementsOf(figures), 0);
  };
  const [searches, before] = [await searchesReadBy(worker), await count()];
  const from = now();
  await emptyRedis(place);
  if (coldMs === undefined) await warmed(place, worker, searches);
  const warmMs = coldMs === undefined ? now() - from : undefined;
  await pause(Math.max(0, from + watchMs - now()));
  const statements = (await count()) - before;
  const over = now();
  await pause(watchMs);
  return {
    ...{ warmMs, statements },
    meanwhile: load.seen(from, from + (warmMs ?? coldMs ?? 0)),
    afterwards: load.seen(over, over + watchMs),
  };
}

/** What only a page shows is in Redis alone, so that no copy in the gateway is taken for it. */
async function probe({ context, shop }: Place, { url }: MortalGateway): Promise<KeysRead> {
  const look = async () => keysReadBy(await readFigures(url), ['product-details']);
  const ids = shop.pages.slice(0, context.options.popular).values();
  const askRest = async () => {
    for (const id of ids) {
      const { errors } = await postQuery(url, 'query ($id: ID!) { product(id: $id) { description } }', {
        variables: { id },
      });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
    }
  };
  const before = await look();
  await Promise.all(Array.from({ length: probesAtOnce }, askRest));
  return keysSince(await look(), before);
}
