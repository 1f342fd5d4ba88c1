import { productPolicy, type Product } from '../../../datasources/shop/products.ts';
import type { Source } from '../../cache/source.ts';
import type { CachePolicy } from '../../cache/policy.ts';
import { createGateway, type Gateway } from '../../cache/testing/gateway.ts';
import { randomAppName } from '../gateway.ts';
import { spreadOf, type Spread } from './measures.ts';
import { startOwnRedis } from './own-redis.ts';
import { inSteps, type Check, type Proof } from './proof.ts';

type Option = 'rounds' | 'percent';

const keysOfBatch = 100;
const warmUpRounds = 300;
/** Of the two that are compared: each comes as often behind the other, for what one leaves to be collected slows the next. */
const orders = [
  [0, 1],
  [1, 0],
] as const;
const ids = Array.from({ length: keysOfBatch }, (_, index) => String(index));

/**
 * What a hit costs beyond the bytes: reads of 100 cached products against MGET and JSON.parse of the same texts over the same
 * connection, one after the other in each round, so that whatever else the machine does falls on both.
 */
export const hitCost: Proof<Option> = {
  name: 'hit-cost',
  about: 'A hit costs little more than a bare MGET and JSON.parse, and one round trip for 100 keys.',
  takes: '10 s',
  options: {
    rounds: { about: 'batches of 100 keys, each way', fallback: 1_000 },
    percent: { about: 'most that a hit may cost, of the bare one', fallback: 130 },
  },
  async run(context) {
    const { url } = await startOwnRedis(context);
    const gateway = await context.resources.open(
      () => createGateway({ url, app: randomAppName() }),
      (opened) => opened.close(),
    );
    const ways = await context.step('Entries', () => prepare(gateway));
    for (let round = 0; round < warmUpRounds; round += 1) for (const way of ways) await way.read();
    const counted = await countCommands(gateway, () => ways[1].read());
    const countedApart = await countCommands(gateway, () => ways[3].read());
    await inSteps(context, 'Rounds', context.options.rounds, async (round) => {
      for (const index of orders[round % orders.length] ?? []) await time(ways[index]);
    });
    // Apart, for they leave the most.
    const few = Math.ceil(context.options.rounds / 10);
    await inSteps(context, 'Bytes that are new', few, () => time(ways[2]));
    await inSteps(context, 'Control', few, () => time(ways[3]));
    const [bare, hits, anew, apart] = [
      microseconds(ways[0]),
      microseconds(ways[1]),
      microseconds(ways[2]),
      microseconds(ways[3]),
    ];
    return {
      checks: [
        withinShare({ bare, hits, anew, apart }, context.options.percent),
        oneRoundTrip(counted, countedApart),
      ],
      figures: { microseconds: { bare, hits, anew, apart }, commands: counted },
    };
  },
};

interface Way {
  readonly read: () => Promise<unknown>;
  readonly tookMs: number[];
}

async function time(way: Way): Promise<void> {
  const startedAt = performance.now();
  await way.read();
  way.tookMs.push(performance.now() - startedAt);
}

/** The bare one, hits, hits whose bytes are new to this process each time, and a batch for each key. */
async function prepare({ cache, redis, app }: Gateway): Promise<readonly [Way, Way, Way, Way]> {
  const texts = ids.map((id) => productPolicy.codec.encode(productOf(id)));
  const bareKeys = ids.map((id) => `${app}:bare:${id}`);
  await redis.batch(bareKeys.map((key, index) => ['set', key, texts[index] ?? '']));
  const way = (read: () => Promise<unknown>): Way => ({ read, tookMs: [] });
  const readBare = async () => (await redis.mget(bareKeys)).map((text) => JSON.parse(text ?? '') as unknown);

  const policy: CachePolicy<string, Product> = { ...productPolicy, tiers: 'redis', freshForMs: 3_600_000 };
  // What another codec has made of the same bytes is not used.
  const renewed = (): typeof policy => ({ ...policy, name: 'anew', codec: { ...policy.codec } });
  for (const each of [policy, renewed()]) await cache.getMany(each, ids, source);
  await cache.idle();
  const each = async () => {
    // One behind the other: what is asked for in one turn would be one batch again.
    for (const id of ids) await cache.getMany(policy, [id], nothing);
  };
  return [
    way(readBare),
    way(() => cache.getMany(policy, ids, nothing)),
    way(() => cache.getMany(renewed(), ids, nothing)),
    way(each),
  ];
}

function productOf(id: string): Product {
  return {
    id,
    name: `Product ${id}, which has a name of some length`,
    priceMinor: 1_999n,
    currencyCode: 'EUR',
    category: 'kitchen-and-household',
    ratingHundredths: 437,
    mainImage: `https://images.example.com/products/${id}/main-image-1200x1200.webp`,
    createdAt: new Date(1_750_000_000_000),
    standing: 'regular',
  };
}

const source: Source<string, Product> = {
  load: (keys) =>
    Promise.resolve({ values: new Map(keys.map((key) => [key, productOf(key)])), replayed: undefined }),
};

/** Everything is to be found in Redis. */
const nothing: Source<string, Product> = { load: () => Promise.reject(new Error('not cached')) };

/** Calls by command, as the server counts them. */
async function countCommands({ redis }: Gateway, work: () => Promise<unknown>) {
  const before = await commandsSeen(redis);
  await work();
  const after = await commandsSeen(redis);
  const calls = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(calls.filter(([name, count]) => count > 0 && name !== 'info'));
}

async function commandsSeen(redis: Gateway['redis']): Promise<ReadonlyMap<string, number>> {
  const [stats] = await redis.batch([['info', 'commandstats']]);
  if (typeof stats !== 'string') throw new Error('no command statistics');
  const lines = stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
  return new Map(Array.from(lines, ([, name = '', calls]) => [name, Number(calls)]));
}

const microseconds = ({ tookMs }: Way): Spread => spreadOf(tookMs.map((ms) => ms * 1_000));

function withinShare(
  { bare, hits, anew, apart }: Readonly<Record<'bare' | 'hits' | 'anew' | 'apart', Spread>>,
  percent: number,
): Check {
  const share = (one: Spread) => Math.round((100 * one.p50) / bare.p50);
  const told = (one: Spread) => `${share(one)} % (${one.p50} of ${bare.p50} µs)`;
  return {
    what: '100 hits with the products’ codec',
    found: `${told(hits)}; ${share(anew)} % where the bytes are new to the process`,
    must: `≤ ${percent} %`,
    holds: share(hits) <= percent,
    control: {
      found: `${told(apart)} with a batch for each key`,
      fails: share(apart) > percent,
    },
  };
}

function oneRoundTrip(counted: Readonly<Record<string, number>>, apart: typeof counted): Check {
  const isOne = (calls: typeof counted) => JSON.stringify(calls) === '{"mget":1}';
  return {
    what: 'commands that Redis saw for 100 hits',
    found: JSON.stringify(counted),
    must: '{"mget":1}',
    holds: isOne(counted),
    control: { found: `${JSON.stringify(apart)} with a batch for each key`, fails: !isOne(apart) },
  };
}
