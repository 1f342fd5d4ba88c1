import pg from 'pg';
import { seededRandom } from '../../../clock/random.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import type { Gateway } from '../../gateway.ts';
import { rounded, spreadOf, type Spread } from '../measures.ts';
import { inSteps, type Check, type Proof, type ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { pastCache } from '../targets/past-cache.ts';
import { straightFrom, through, type Ask } from './asking.ts';
import { fillCatalogue } from './catalogue.ts';
import { hostileQueries, mistakesInPostgres, receptionOf, type Reception } from './hostile.ts';
import { createWords, differentQueries } from './words.ts';

type Option = 'products' | 'rounds' | 'cold' | 'warm';
type Context = ProofContext<Option>;
type Way = 'straight' | 'cold' | 'past';
type Timed = Way | 'warm' | 'straight at first';

/** A busy machine is no outage. */
const env = { REQUEST_DEADLINE_MS: '60000', REDIS_DEADLINE_MS: '5000', POOL_WAIT_MS: '60000' };
/** Plans are made, scripts are known, code is compiled. */
const warmUpRounds = 20;
const repeats = 3;

/**
 * The same searches straight in Postgres, through a gateway that has not seen them, again through it, and through one that reads
 * past its cache: one after the other in each round, so that whatever else the machine does falls on all. Which comes first
 * changes, for what one reads the next finds in memory. Only the first time is the first; of all others it is the fastest of three
 * that counts, because whatever else the machine does can only make it slower.
 */
export const search: Proof<Option> = {
  name: 'search',
  about:
    'A search among 200,000 products, cold and warm, against the same in Postgres; what is no search does no harm.',
  takes: '2 to 4 min',
  options: {
    products: { about: 'in the catalogue, with words by Zipf’s law', fallback: 200_000 },
    rounds: { about: 'searches, all different, each way', fallback: 300 },
    cold: { about: 'most that one takes the first time, in percent of Postgres', fallback: 250 },
    warm: { about: 'most that one takes again, in percent of Postgres', fallback: 50 },
  },
  async run(context) {
    const { products: count, rounds } = context.options;
    const stage = await startStage(context, { products: 1 });
    const random = seededRandom(context.seed);
    const words = createWords(random);
    await context.step(`${count} products`, async () => {
      await fillCatalogue(stage.servers.primaryUrl, { words, random, count });
      if (!(await follows(stage.replica, stage.primary))) throw new Error('the replica does not follow');
    });
    const gateway = await stage.gateway({ env });
    const past = await stage.gateway({ env, overrides: pastCache });
    const ways = {
      straight: straightFrom(await connect(context, stage)),
      cold: through(gateway),
      past: through(past),
    };
    const measured = await measure(
      context,
      gateway,
      ways,
      differentQueries(words, random, rounds + warmUpRounds),
    );
    const reception = await context.step('Hostile queries', () => receptionOf(gateway));
    const mistakes = await mistakesInPostgres(stage.servers.primaryUrl, context.resources);
    return {
      checks: [...judgeTimes(measured, context), sameFound(measured), harmless(reception, mistakes)],
      figures: { ...measured, reception },
    };
  },
};

interface Measured {
  /** Milliseconds of one search. */
  readonly ms: Readonly<Record<Timed, Spread>>;
  readonly searches: number;
  readonly empty: number;
  /** Answers that were not the very list that Postgres gives. */
  readonly different: { readonly cold: number; readonly warm: number; readonly shuffled: number };
}

async function measure(
  context: Context,
  gateway: Gateway,
  ways: Readonly<Record<Way, Ask>>,
  queries: readonly string[],
): Promise<Measured> {
  const tookMs: Record<Timed, number[]> = {
    straight: [],
    'straight at first': [],
    cold: [],
    warm: [],
    past: [],
  };
  const different = { cold: 0, warm: 0, shuffled: 0 };
  let empty = 0;

  async function timed(way: Way, query: string): Promise<readonly [found: string, ms: number]> {
    const startedAt = performance.now();
    const found = await ways[way](query);
    const ms = performance.now() - startedAt;
    await gateway.app.idle();
    return [String(found), ms];
  }

  async function fastest(way: Way, query: string): Promise<number> {
    const all: number[] = [];
    for (let turn = 0; turn < repeats; turn += 1) all.push((await timed(way, query))[1]);
    return Math.min(...all);
  }

  function compare(right: string, first: string, again: string): void {
    if (right === '') empty += 1;
    if (first !== right) different.cold += 1;
    if (again !== right) different.warm += 1;
    // What the comparison says of another order.
    if (right.split(',').toReversed().join() !== right) different.shuffled += 1;
  }

  async function round(index: number): Promise<void> {
    if (index === warmUpRounds) for (const list of Object.values(tookMs)) list.length = 0;
    const query = queries[index] ?? '';
    const at = new Map<Way, readonly [found: string, ms: number]>();
    for (const way of orders[index % orders.length] ?? []) at.set(way, await timed(way, query));
    const [straight, cold] = [at.get('straight'), at.get('cold')];
    if (straight === undefined || cold === undefined) throw new Error('a way was left out');
    const [again] = await timed('cold', query);
    compare(straight[0], cold[0], again);
    tookMs['straight at first'].push(straight[1]);
    tookMs.cold.push(cold[1]);
    tookMs.warm.push(await fastest('cold', query));
    tookMs.straight.push(await fastest('straight', query));
    tookMs.past.push(await fastest('past', query));
  }

  await inSteps(context, 'Searches', queries.length, round);
  const ms = {
    straight: spreadOf(tookMs.straight),
    'straight at first': spreadOf(tookMs['straight at first']),
    cold: spreadOf(tookMs.cold),
    warm: spreadOf(tookMs.warm),
    past: spreadOf(tookMs.past),
  };
  return { ms, searches: queries.length, empty, different };
}

const orders: readonly (readonly Way[])[] = [
  ['straight', 'cold', 'past'],
  ['cold', 'past', 'straight'],
  ['past', 'straight', 'cold'],
];

function judgeTimes({ ms }: Measured, { options }: Context): readonly Check[] {
  const percent = (way: Timed, of: Timed) => rounded((100 * ms[way].p95) / ms[of].p95);
  const times = (way: Timed, of: Timed) =>
    `${percent(way, of)} %: ${ms[way].p95} of ${ms[of].p95} ms (p50 ${ms[way].p50} of ${ms[of].p50})`;
  return [
    {
      what: 'time of a search that nobody has made, of the same in Postgres (p95)',
      found: times('cold', 'straight at first'),
      must: `≤ ${options.cold} %`,
      holds: percent('cold', 'straight at first') <= options.cold,
    },
    {
      what: 'time of the same search again (p95), the fastest of three',
      found: times('warm', 'straight'),
      must: `≤ ${options.warm} %`,
      holds: percent('warm', 'straight') <= options.warm,
      control: {
        found: `${times('past', 'straight')} past the cache`,
        fails: percent('past', 'straight') > options.warm,
      },
    },
  ];
}

function sameFound({ searches, empty, different }: Measured): Check {
  return {
    what: 'pages other than what Postgres finds, first and again',
    found: `${different.cold} and ${different.warm} of ${searches} (${empty} find nothing)`,
    must: '0 and 0',
    holds: different.cold === 0 && different.warm === 0 && empty < searches,
    control: { found: `${different.shuffled} when turned around`, fails: different.shuffled > 0 },
  };
}

function harmless({ answered, refused, others }: Reception, mistakes: number): Check {
  const { length } = hostileQueries;
  return {
    what: 'hostile queries neither answered nor refused as bad input',
    found:
      `${others.length} of ${length} (${answered} answered, ${refused} refused) ${others.join('; ')}`.trim(),
    must: '0',
    holds: others.length === 0,
    control: { found: `${mistakes} are mistakes to to_tsquery`, fails: mistakes > 0 },
  };
}

/** Where the gateway reads, too. */
const connect = ({ resources }: Context, { servers }: Stage) =>
  resources.open(
    async () => {
      const client = new pg.Client({ connectionString: servers.replicaUrls[0] });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    (client) => client.end(),
  );
