import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { seededRandom } from '../clock/random.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { randomAppName } from '../testing/gateway.ts';
import { hereForMs, keptForMs } from './attendance.ts';
import { createRoster, type Roster } from './roster.ts';
import { byShard, shardCount } from './shards.ts';

const now = 1_800_000_000_000;
const metrics = createMetrics();
let redis: Redis;
let app: string;
let roster: Roster;

beforeAll(async () => {
  const log = createLog({ level: 'silent' });
  redis = createRedis({
    url: inject('redisUrl'),
    role: 'state',
    clock: systemClock,
    metrics,
    log,
    settings: { deadlineMs: 10_000 },
  });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());
beforeEach(() => {
  app = randomAppName();
  roster = createRoster({ redis, app });
});

const many = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const active = (ids: readonly string[], at: number) => new Map(ids.map((id) => [id, at]));
const note = (times: ReadonlyMap<string, number>, at = now) => roster.note(times, at - hereForMs);

async function tripsOf(work: () => Promise<unknown>): Promise<number> {
  const total = async () => (await metrics.redisRoundTrips.get()).values[0]?.value ?? 0;
  const before = await total();
  await work();
  return (await total()) - before;
}

describe('one round trip', () => {
  it('notes a thousand, and tells who was not here before', async () => {
    const ids = many(1_000);
    await note(active(ids.slice(0, 600), now));
    const { came, failed } = await note(active(ids, now + 1));
    expect(new Set(came)).toEqual(new Set(ids.slice(600)));
    expect(failed).toEqual([]);
    expect(await tripsOf(() => note(active(ids, now + 2)))).toBe(1);
  });

  it('looks up 200; one after the other it is 200, the test would notice', async () => {
    const ids = many(200);
    await note(active(ids.slice(0, 100), now));
    expect(await tripsOf(() => roster.look(ids))).toBe(1);
    const oneByOne = async () => {
      for (const id of ids) await roster.look([id]);
    };
    expect(await tripsOf(oneByOne)).toBe(200);
    const found = await roster.look(ids);
    expect([...found.values()].filter((at) => at === now)).toHaveLength(100);
    expect(found.size).toBe(200);
  });

  it('is not even that where nobody is asked for', async () => {
    expect(await tripsOf(() => roster.look([]))).toBe(0);
    expect(await tripsOf(() => note(new Map()))).toBe(0);
  });
});

describe('a time', () => {
  it('never goes back, and who was here from two gateways’ view came once', async () => {
    expect((await note(active(['1'], now))).came).toEqual(['1']);
    expect((await note(active(['1'], now - 10_000))).came).toEqual([]);
    expect((await note(active(['1'], now + 10_000))).came).toEqual([]);
    expect((await roster.look(['1'])).get('1')).toBe(now + 10_000);
  });

  it('makes somebody come again only once the five minutes are over', async () => {
    await note(active(['1', '2'], now));
    const later = now + hereForMs;
    expect((await note(active(['1'], later), later)).came).toEqual([]);
    expect((await note(active(['2'], later + 1), later + 1)).came).toEqual(['2']);
  });

  it('that is over already makes nobody come', async () => {
    expect((await note(active(['1'], now - hereForMs - 1))).came).toEqual([]);
  });
});

describe('a sweep', () => {
  it('removes who has been away for long, and nobody else', async () => {
    await note(active(['1'], now - keptForMs - 1));
    await note(active(['2'], now - keptForMs));
    await note(active(['3'], now));
    expect(await roster.sweep(now - keptForMs)).toBe(2);
    expect(Object.fromEntries(await roster.look(['1', '2', '3']))).toEqual({
      1: undefined,
      2: now - keptForMs,
      3: now,
    });
  });

  it('leaves who is active meanwhile, in any order of touches and sweeps', async () => {
    const random = seededRandom(7);
    const ids = many(40);
    const latest = new Map<string, number>();
    // Everybody is due to be removed; half of them are touched while four sweep at once, again and again.
    for (let round = 0; round < 40; round += 1) {
      const at = now + round * keptForMs;
      const touched = ids.filter(() => random() < 0.5);
      for (const id of touched) latest.set(id, at);
      const work = [
        ...touched.map((id) => () => note(active([id], at), at)),
        ...Array.from({ length: 4 }, () => () => roster.sweep(at - keptForMs + 1)),
      ].toSorted(() => random() - 0.5);
      await Promise.all(work.map((each) => each()));
      const found = await roster.look(ids);
      expect(ids.filter((id) => found.get(id) !== undefined)).toEqual(
        ids.filter((id) => latest.get(id) === at),
      );
    }
  });

  it('of many who are in one set is done in steps', async () => {
    const ids = byShard(many(200_000)).get(7) ?? [];
    await note(active(ids, now - keptForMs - 1));
    expect(ids.length).toBeGreaterThan(2_500);
    expect(await roster.sweep(now - keptForMs)).toBe(0);
    const calls = await tripsOf(() => roster.sweep(now - keptForMs));
    expect(calls).toBe(shardCount);
  });

  it('by ids that were looked up before would remove them: the test would notice', async () => {
    await note(active(['1'], now - keptForMs - 1));
    // What a sweep that first reads and then removes does, with a touch in between.
    const away = [...(await roster.look(['1'])).keys()];
    await note(active(['1'], now));
    for (const key of await keys()) await redis.batch([['zrem', key, ...away]]);
    expect((await roster.look(['1'])).get('1')).toBeUndefined();
  });
});

it('spreads everybody over sorted sets, none of which is hot, and keeps no key for nobody', async () => {
  const ids = many(20_000);
  for (let start = 0; start < ids.length; start += 1_000)
    await note(active(ids.slice(start, start + 1_000), now));
  const sizes = await redis.batch((await keys()).map((key) => ['zcard', key]));
  expect(sizes).toHaveLength(shardCount);
  expect(sizes.reduce<number>((sum, size) => sum + Number(size), 0)).toBe(20_000);
  expect(Math.max(...sizes.map(Number))).toBeLessThan((2 * 20_000) / shardCount);
  expect(await roster.sweep(now + 1)).toBe(0);
  expect(await keys()).toEqual([]);
});

it('names those who were active last', async () => {
  await note(new Map(many(2_000).map((id) => [id, now + Number(id)])));
  const latest = await roster.latest(256);
  expect(latest).toHaveLength(256);
  const times = latest.map(Number);
  expect(times).toEqual(times.toSorted((one, other) => other - one));
  // Each shard gives its part, so that some are a little older than the latest 256 would be.
  expect(Math.min(...times)).toBeGreaterThan(1_000);
});

it('without Redis notes nobody and leaves all out, and does not reject', async () => {
  const away = createRedis({
    url: 'redis://127.0.0.1:1',
    role: 'state',
    clock: systemClock,
    metrics,
    log: createLog({ level: 'silent' }),
  });
  const lost = createRoster({ redis: away, app });
  expect(await lost.note(active(['1', '2'], now), now)).toMatchObject({ came: [] });
  expect(new Set((await lost.note(active(['1', '2'], now), now)).failed)).toEqual(new Set(['1', '2']));
  expect((await lost.look(['1'])).size).toBe(0);
  expect([await lost.sweep(now), await lost.latest(10)]).toEqual([0, []]);
  await away.close();
});

async function keys(): Promise<readonly string[]> {
  const [found] = await redis.batch([['keys', `${app}:*`]]);
  return Array.isArray(found) ? found.map(String) : [];
}
