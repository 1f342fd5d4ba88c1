import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { transportNames, transports } from '../testing/documents/transports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { quiet, randomAppName, type Gateway } from '../testing/gateway.ts';
import { liveSchema } from '../testing/live/live-schema.ts';
import { createWorld, type World } from '../testing/world.ts';
import { createApqCache, defaultApqSettings, type ApqSettings } from './apq-cache.ts';
import { hashOf } from './hash.ts';

const metrics = createMetrics();
let redis: Redis;
beforeAll(async () => {
  redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'cache', clock: systemClock, metrics },
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 5_000 },
  });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());

interface Options {
  readonly app?: string;
  readonly through?: Pick<Redis, 'mget' | 'batch'>;
  readonly settings?: Partial<ApqSettings>;
}

/** One gateway's. */
function open({ app = randomAppName(), through = redis, settings }: Options = {}) {
  const clock = createFakeClock();
  return { app, clock, cache: createApqCache({ redis: through, clock, metrics, app, settings }) };
}

const trips = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
async function tripsOf<Value>(work: () => Promise<Value>): Promise<readonly [Value, number]> {
  const before = await trips();
  return [await work(), (await trips()) - before];
}

const text = '{ __typename }';
const keyOf = (document: string) => `apq:${hashOf(document)}`;
const nowhere = () => Promise.reject(new RedisUnavailable('away'));
const away = { mget: nowhere, batch: nowhere };

describe('a text', () => {
  it('that one gateway was sent is known to all, for a day', async () => {
    const [one, other] = [open({ app: 'apq-shared' }), open({ app: 'apq-shared' })];
    await one.cache.set(keyOf(text), text);
    expect(await other.cache.get(keyOf(text))).toBe(text);
    const [ttl] = await redis.batch([['pttl', `apq-shared:apq:${hashOf(text)}`]]);
    expect(Number(ttl)).toBeGreaterThan(defaultApqSettings.lifeMs - 60_000);
    expect(Number(ttl)).toBeLessThanOrEqual(defaultApqSettings.lifeMs);
    expect(await open().cache.get(keyOf(text))).toBeUndefined();
  });

  it('costs no round trip in the process that has it, and one where it is missing', async () => {
    const { app, cache } = open();
    await cache.set(keyOf(text), text);
    expect(await tripsOf(() => cache.get(keyOf(text)))).toEqual([text, 0]);
    const { cache: other } = open({ app });
    expect(await tripsOf(() => other.get(keyOf(text)))).toEqual([text, 1]);
    expect(await tripsOf(() => other.get(keyOf(text)))).toEqual([text, 0]);
    expect(await tripsOf(() => other.get(keyOf('{ a }')))).toEqual([undefined, 1]);
  });

  it('of Redis that has another hash is not taken for it', async () => {
    const { app, cache } = open();
    await redis.batch([['set', `${app}:apq:${hashOf(text)}`, 'mutation { forged }']]);
    expect(await cache.get(keyOf(text))).toBeUndefined();
    await redis.batch([['del', `${app}:apq:${hashOf(text)}`]]);
    await redis.batch([['hset', `${app}:apq:${hashOf(text)}`, 'of', 'another kind']]);
    expect(await cache.get(keyOf(text))).toBeUndefined();
  });

  it('that is sent with every request is written once in ten minutes', async () => {
    const { cache, clock } = open();
    const sendOften = async () => {
      for (let n = 0; n < 20; n += 1) await cache.set(keyOf(text), text);
    };
    expect(await tripsOf(sendOften)).toEqual([undefined, 1]);
    await clock.advance(defaultApqSettings.keptForMs);
    expect(await tripsOf(sendOften)).toEqual([undefined, 1]);
  });

  it('is forgotten here when it is deleted', async () => {
    const { cache } = open({ through: away });
    await cache.set(keyOf(text), text);
    await cache.delete(keyOf(text));
    expect(await cache.get(keyOf(text))).toBeUndefined();
  });
});

describe('without Redis', () => {
  it('a text is unknown, or known where it was sent, and nothing fails', async () => {
    const { cache } = open({ through: away });
    expect(await cache.get(keyOf(text))).toBeUndefined();
    await cache.set(keyOf(text), text);
    expect(await cache.get(keyOf(text))).toBe(text);
  });

  it('a text is written as soon as it is sent again', async () => {
    let isAway = true;
    const through = {
      mget: redis.mget,
      batch: (...sent: Parameters<Redis['batch']>) => (isAway ? nowhere() : redis.batch(...sent)),
    };
    const { app, cache } = open({ through });
    await cache.set(keyOf(text), text);
    isAway = false;
    await cache.set(keyOf(text), text);
    expect(await open({ app }).cache.get(keyOf(text))).toBe(text);
  });
});

describe('a flood of inventions', () => {
  const inventions = Array.from({ length: 200 }, (_, n) => `{ a${n}: __typename } #`.padEnd(1_000, 'x'));
  const flood = async (cache: ReturnType<typeof createApqCache>) => {
    for (const each of inventions) await cache.set(keyOf(each), each);
  };
  const kept = async (app: string) => {
    const replies = await redis.batch(inventions.map((each) => ['exists', `${app}:apq:${hashOf(each)}`]));
    return replies.filter((reply) => reply === 1).length;
  };

  it('writes no more than a minute’s bytes to Redis, and goes on a minute later', async () => {
    const { app, cache, clock } = open({ settings: { maxWrittenPerMinute: 50_000 } });
    await flood(cache);
    expect(await kept(app)).toBe(50);
    await clock.advance(60_000);
    await flood(cache);
    expect(await kept(app)).toBe(100);
  });

  it('is all written without that bound: the control', async () => {
    const { app, cache } = open({ settings: { maxWrittenPerMinute: Infinity } });
    await flood(cache);
    expect(await kept(app)).toBe(inventions.length);
  });

  it('takes no more of the process than it is given', async () => {
    const { cache } = open({ through: away, settings: { maxBytes: 100_000 } });
    await flood(cache);
    const known = await Promise.all(inventions.map((each) => cache.get(keyOf(each))));
    expect(known.filter((each) => each !== undefined)).toHaveLength(43);
  });

  it('has no texts that are longer than documents may be', async () => {
    const long = 'x'.repeat(100_001);
    const { cache } = open();
    await cache.set(keyOf(long), long);
    expect(await cache.get(keyOf(long))).toBeUndefined();
  });
});

describe('gateways', () => {
  let world: World;
  let other: Gateway;
  beforeAll(async () => {
    const env = { ...quiet.env };
    const overrides = { ...quiet.overrides, schema: liveSchema() };
    world = await createWorld({ env, overrides });
    other = await world.anotherGateway({ env, overrides });
  });
  afterAll(() => world.close());

  it.each(transportNames)('share what one was sent over %s', async (name) => {
    const query = `{ ping } # ${name}`;
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    const ask = transports[name];
    expect(await ask(world.gateway.url, { extensions })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await ask(world.gateway.url, { query, extensions })).toMatchObject({ data: { ping: 'pong' } });
    const miss = await other.counting(() => ask(other.url, { extensions }));
    expect(miss.result).toMatchObject({ data: { ping: 'pong' } });
    expect(miss.counts).toEqual({ redis: { both: 1 }, postgres: {} });
    const hit = await other.counting(() => ask(other.url, { extensions }));
    expect(hit.result).toMatchObject({ data: { ping: 'pong' } });
    expect(hit.counts).toEqual({ redis: {}, postgres: {} });
  });

  it('refuse a text with the hash of another, and keep nothing of it', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf('{ fails }') } };
    expect(await transports.post(other.url, { query: '{ ping }', extensions })).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
    });
    expect(await transports.post(other.url, { extensions })).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_FOUND',
    });
  });

  it('keep nothing that they refuse', async () => {
    const query = '{ unknown }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    expect((await transports.post(other.url, { query, extensions })).code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await transports.post(other.url, { extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});
