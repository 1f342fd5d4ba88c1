import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { createLog } from '../../src/log/log.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createRedis, type Redis } from '../../src/redis/redis.ts';
import { quiet, type Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let redis: Redis;
beforeAll(async () => {
  world = await createWorld(quiet);
  second = await world.anotherGateway(quiet);
  redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'state', clock: systemClock, metrics: createMetrics() },
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 10_000 },
  });
  await redis.untilUp(5_000);
  for (const word of ['learning', 'counted', 'paged', 'popular', 'rare'])
    for (let number = 0; number < 3; number += 1) await world.product({ name: `${word} ${number}` });
  // The server learns the scripts.
  await ask('learning');
  await world.gateway.app.idle();
});
afterAll(async () => {
  await redis.close();
  await world.close();
});

const document = `query ($query: String!, $after: Cursor) {
  searchProducts(query: $query, after: $after) { totalCount nodes { name price { amount } } }
}`;
const ask = (query: string, gateway = world.gateway, after?: string) =>
  gateway.query(document, { variables: { query, after } });

async function costs(query: string, gateway = world.gateway, after?: string) {
  const { result, counts } = await gateway.counting(() => ask(query, gateway, after));
  expect(result.errors).toEqual([]);
  return counts;
}

/** Not on the way of the answer: which queries are popular is noted behind it. */
const noted = 1;

describe('a search', () => {
  it('that nobody has made costs two statements: the ranking, and the products', async () => {
    const { redis, postgres } = await costs('counted');
    expect(postgres).toEqual({ 'replica-1': 2 });
    // Pages: look, leases, popularity, fill; products: look, leases, fill. What falls into one turn shares a round trip.
    expect(redis['both']).toBeLessThanOrEqual(7 + noted);
  });

  it('that somebody has made costs one round trip and no statement, and one more where Redis alone has the products', async () => {
    await ask('counted');
    expect(await costs('counted')).toEqual({ redis: { both: 1 + noted }, postgres: {} });
    expect(await costs('  COUNTED!', second)).toEqual({ redis: { both: 2 + noted }, postgres: {} });
  });

  it('for a further page is not noted', async () => {
    // Keeps entries and no answers: the second time the products are copied into the process.
    const apart = await world.anotherGateway({ ...quiet, env: { ...quiet.env, RESPONSE_CACHE_MB: '0' } });
    await ask('paged', apart);
    await ask('paged', apart);
    const after = Buffer.from('search:1').toString('base64url');
    expect(await costs('paged', apart, after)).toEqual({ redis: { both: 1 }, postgres: {} });
  });

  it('beside another is one statement, and one round trip when both are cached', async () => {
    const both =
      '{ a: searchProducts(query: "side") { totalCount } b: searchProducts(query: "other side") { totalCount } }';
    const count = async () => (await world.gateway.counting(() => world.gateway.query(both))).counts;
    expect((await count()).postgres).toEqual({ 'replica-1': 1 });
    expect(await count()).toEqual({ redis: { both: 1 + noted }, postgres: {} });
  });

  it('without words costs nothing', async () => {
    expect(await costs(' & !')).toEqual({ redis: {}, postgres: {} });
  });
});

describe('what a search finds is kept', () => {
  /** Minutes, of the entry of a query's first block. */
  async function keptFor(query: string): Promise<number> {
    await ask(query);
    await world.gateway.app.idle();
    const [keys] = await redis.batch([['keys', `${world.app}:*:search.1:0%3A${query}`]]);
    const [key] = Array.isArray(keys) ? keys.map(String) : [];
    const [life] = await redis.batch([['pttl', key ?? '']]);
    return Number(life) / 60_000;
  }
  // Beside their freshness entries have a minute of grace and an hour for when Postgres fails; lives vary by a tenth.
  const after = 61;
  const about = (minutes: number) => [after + 0.85 * minutes, after + 1.15 * minutes] as const;

  it.each([
    ['popular', 12, 10],
    ['rare', 0, 5],
    ['inexistent', 0, 1],
  ])('as long as it is asked for: %s', async (query, times, minutes) => {
    for (let turn = 0; turn < times; turn += 1)
      await world.gateway.query(document, { variables: { query: `${query} p` } });
    // Known as popular before it is loaded for the first time.
    if (times > 0) await makePopular(query, times);
    const life = await keptFor(query);
    const [least, most] = about(minutes);
    expect(life).toBeGreaterThan(least);
    expect(life).toBeLessThan(most);
  });

  async function makePopular(query: string, times: number): Promise<void> {
    const heat = systemClock.now() / (24 * 3_600_000) + Math.log2(times);
    await redis.batch([['zadd', `${world.app}:trends:searches`, heat, query]]);
  }
});
