import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { seededRandom } from '../clock/random.ts';
import type { CachePolicy } from './policy.ts';
import { allProtections, type Protections } from './settings.ts';
import { createEpochTable } from './testing/epochs.ts';
import { createGateways, textPolicy, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createKeeping, type Keeping } from './testing/keeping.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const copied = textPolicy({ name: 'copied' });
const shared = textPolicy({ name: 'shared', tiers: 'redis' });
const listed = textPolicy({ name: 'listed', tiers: 'redis', tags: () => ['all'] });
const strict = textPolicy({ name: 'strict', tiers: 'redis', strict: true, staleForMs: 0 });

type Policy = CachePolicy<string, string>;

/** Kept, and answered from there. */
async function warm(gateway: Gateway, keeping: Keeping, policy: Policy, key = 'a'): Promise<void> {
  const before = keeping.repeated();
  await keeping.ask(policy, key);
  await gateway.cache.idle();
  await keeping.ask(policy, key);
  expect(keeping.repeated()).toBe(before + 1);
}

async function setUp(options: Parameters<typeof start>[0] = {}) {
  const gateway = await start(options);
  const table = createTable({ a: 'old', b: 'other' });
  return { gateway, table, keeping: createKeeping(gateway, table.source) };
}

const write = async (gateway: Gateway, table: Table, policy: Policy, value: string, key = 'a') =>
  gateway.cache.invalidate([{ policy, id: key }], table.write(key, value));

describe('what is made of entries', () => {
  it.each([copied, shared, listed, strict])(
    'holds while $name entries are what they were',
    async (policy) => {
      const { gateway, keeping } = await setUp();
      await warm(gateway, keeping, policy);
      expect(await keeping.ask(policy, 'a')).toBe('old');
      expect(keeping.broken).toEqual([]);
    },
  );

  it.each([copied, shared, listed, strict])('ends with a write of a $name entry', async (policy) => {
    const { gateway, table, keeping } = await setUp();
    await warm(gateway, keeping, policy);
    await write(gateway, table, policy, 'other', 'b');
    expect(await keeping.ask(policy, 'a')).toBe('old');
    await write(gateway, table, policy, 'new');
    expect(await keeping.ask(policy, 'a')).toBe('new');
  });

  it.each([shared, listed, strict])('of a $name entry ends at once on all gateways', async (policy) => {
    const { gateway, table, keeping } = await setUp();
    const other = await start({ app: gateway.app });
    await warm(gateway, keeping, policy);
    await write(other, table, policy, 'new');
    expect(await keeping.ask(policy, 'a')).toBe('new');
  });

  it('of entries with copies ends when the bus tells of it', async () => {
    const { gateway, table, keeping } = await setUp();
    const other = await start({ app: gateway.app });
    await warm(gateway, keeping, copied);
    await write(other, table, copied, 'new');
    await vi.waitFor(() => expect(keeping.broken).toEqual(['invalidated']));
    expect(await keeping.ask(copied, 'a')).toBe('new');
  });

  it('ends when a tag of one is touched', async () => {
    const { gateway, table, keeping } = await setUp();
    await warm(gateway, keeping, listed);
    await gateway.cache.invalidate([{ tag: 'all' }], table.write('a', 'new'));
    expect(await keeping.ask(listed, 'a')).toBe('new');
  });

  it('ends while somebody may be about to write a strict one', async () => {
    const { gateway, keeping } = await setUp();
    await warm(gateway, keeping, strict);
    const changed = [{ policy: strict, id: 'a' }];
    const mark = await gateway.cache.mark(changed);
    await keeping.ask(strict, 'a');
    expect(keeping.broken).toEqual(['changed']);
    await gateway.cache.unmark(mark, changed);
  });

  it('ends when an epoch rises', async () => {
    const epochs = createEpochTable().view();
    const { gateway, keeping } = await setUp({ epochs });
    await warm(gateway, keeping, copied);
    await epochs.raise('generation', 'a test');
    await keeping.ask(copied, 'a');
    expect(keeping.broken).toEqual(['epoch']);
  });

  it('ends with its freshness', async () => {
    const { gateway, keeping } = await setUp();
    const brief = textPolicy({ name: 'brief', freshForMs: 300 });
    await warm(gateway, keeping, brief);
    await systemClock.sleep(350);
    await keeping.ask(brief, 'a');
    expect(keeping.broken).toEqual(['over']);
  });
});

/** Gone from Redis, and no message tells of it. */
async function lose({ app, redis }: Gateway, policy: Policy, key = 'a'): Promise<void> {
  const [keys] = await redis.batch([['keys', `${app}:*:${policy.name}.*:${key}`]]);
  const [entryKey] = Array.isArray(keys) ? keys.map(String) : [];
  expect(await redis.batch([['del', entryKey ?? '']])).toEqual([1]);
}

describe('what the source has answered', () => {
  it.each([copied, shared, listed, strict])('holds where Redis took it as a $name entry', async (policy) => {
    const { keeping, table } = await setUp();
    await keeping.ask(policy, 'a');
    // Its FILL is before whatever Redis is asked next.
    expect([await keeping.ask(policy, 'a'), await keeping.ask(policy, 'a')]).toEqual(['old', 'old']);
    expect([keeping.repeated(), table.loads.length, keeping.broken]).toEqual([2, 1, []]);
  });

  it.each([copied, shared, listed, strict])('ends where Redis refused a $name entry', async (policy) => {
    const { gateway, keeping, table } = await setUp();
    // The lease is lost, so that what comes of this may be older than a write that nobody told of.
    table.onSnapshot(() => lose(gateway, policy));
    expect(await keeping.make(policy, 'a')).toBeUndefined();
    table.onSnapshot(() => Promise.resolve());
    table.write('a', 'new');
    table.replicate();
    expect(await keeping.ask(policy, 'a')).toBe('new');
    expect(keeping.broken).toEqual(['changed']);
  });

  it.each([copied, shared, listed, strict])(
    'ends where a write has overtaken a $name entry',
    async (policy) => {
      const { gateway, keeping, table } = await setUp();
      const other = await start({ app: gateway.app });
      table.onSnapshot(async () => {
        await write(other, table, policy, 'new');
      });
      await keeping.make(policy, 'a');
      table.onSnapshot(() => Promise.resolve());
      expect(await keeping.ask(policy, 'a')).toBe('new');
    },
  );
});

describe('what is made of entries that have copies', () => {
  const brief = { settings: { l1ForMs: 300 } };

  it('stands on them for as long as they live, and then on what Redis has', async () => {
    const { gateway, keeping } = await setUp(brief);
    await warm(gateway, keeping, copied);
    await lose(gateway, copied);
    expect(await keeping.ask(copied, 'a')).toBe('old');
    expect(keeping.broken).toEqual([]);
    await systemClock.sleep(350);
    await keeping.ask(copied, 'a');
    expect(keeping.broken).toEqual(['changed']);
  });

  it('is asked for once in a copy’s life, and goes on where nothing has changed', async () => {
    const { gateway, keeping } = await setUp(brief);
    await warm(gateway, keeping, copied);
    await systemClock.sleep(350);
    const before = keeping.repeated();
    expect(await keeping.ask(copied, 'a')).toBe('old');
    // It stands on copies again.
    await lose(gateway, copied);
    expect(await keeping.ask(copied, 'a')).toBe('old');
    expect(keeping.repeated()).toBe(before + 2);
    expect(keeping.broken).toEqual([]);
  });

  it('is not older than what was read when a copy had made place for others', async () => {
    const { gateway, keeping } = await setUp({ settings: { l1MaxEntries: 1 } });
    await warm(gateway, keeping, copied);
    await keeping.make(copied, 'b');
    await gateway.cache.idle();
    await keeping.make(copied, 'b');
    await lose(gateway, copied);
    expect(await keeping.ask(copied, 'a')).toBe('old');
    // Somebody else asks for the same entry, which has no copy any more.
    const table = createTable({ a: 'newer' });
    expect((await gateway.cache.getMany(copied, ['a'], table.source)).get('a')).toBe('newer');
    expect(await keeping.ask(copied, 'a')).not.toBe('old');
    expect(keeping.broken).toEqual(['changed']);
  });
});

describe('nothing is kept', () => {
  it('that Redis is not to hold, or that was read past the cache', async () => {
    const { gateway, keeping, table } = await setUp();
    const present = textPolicy({ name: 'present', missingForMs: 0 });
    expect(await keeping.make(present, 'nobody')).toBe('source');
    const makings = gateway.cache.makings();
    makings.expect(1);
    await gateway.cache.getMany(copied, ['a'], table.source, { makings, uncached: true });
    expect(makings.seal(() => undefined)).toBe('past_cache');
  });

  it('of which the cache has not told what it is made of', async () => {
    const { gateway } = await setUp();
    const makings = gateway.cache.makings();
    makings.expect(1);
    expect(makings.seal(() => undefined)).toBe('unknown');
  });

  it('that is past its freshness', async () => {
    const { gateway, keeping } = await setUp();
    const graceful = textPolicy({ name: 'graceful', freshForMs: 1, staleForMs: 60_000 });
    await keeping.ask(graceful, 'a');
    await gateway.cache.idle();
    await systemClock.sleep(5);
    expect(await keeping.make(graceful, 'a')).toBe('source');
  });

  /** Read, then written by somebody, then kept. */
  async function overtaken(protections: Protections) {
    const { gateway, table } = await setUp({ protections });
    await gateway.cache.getMany(copied, ['a'], table.source);
    await gateway.cache.idle();
    const makings = gateway.cache.makings();
    makings.expect(1);
    await gateway.cache.getMany(copied, ['a'], table.source, { makings });
    await write(gateway, table, copied, 'new');
    return makings.seal(() => undefined);
  }

  it('where a write has overtaken the answer', async () => {
    expect(await overtaken(allProtections)).toBe('changed');
  });

  it('would be told of it where that is not looked for: the control', async () => {
    expect(await overtaken({ ...allProtections, seals: false })).toMatchObject({});
  });
});

type Pair = readonly [Gateway, Gateway];

/**
 * Two writes and some reads of one key over two gateways that keep what they read, with a source that takes its time, at random
 * moments. Resolves to a look, for when everything has come to rest, at whether what is kept is the last row.
 */
async function disturb(key: string, pair: Pair, random: () => number): Promise<() => Promise<boolean>> {
  const table = createTable({ [key]: 'row 0' });
  const policies = [copied, shared, listed];
  const policy = policies[Math.floor(random() * policies.length)] ?? copied;
  const sides = pair.map((gateway) => ({ gateway, keeping: createKeeping(gateway, table.source) }));
  const some = () => sides[random() < 0.5 ? 0 : 1] ?? sides[0];
  const later = async (act: () => unknown) => {
    await systemClock.sleep(random() * 20);
    await act();
  };
  table.onSnapshot(() => systemClock.sleep(random() * 4));
  for (const { gateway, keeping } of sides) {
    await keeping.ask(policy, key);
    await gateway.cache.idle();
  }
  const write = async (value: string) => {
    const lsn = table.write(key, value);
    await some()?.gateway.cache.invalidate([{ policy, id: key }], lsn);
  };
  await Promise.all([
    ...['row 1', 'row 2'].map((value) => later(() => write(value))),
    ...Array.from({ length: 12 }, () => later(() => some()?.keeping.ask(policy, key))),
  ]);
  return async () => {
    const read = (gateway: Gateway) => gateway.cache.getMany(policy, [key], table.source, { uncached: true });
    const rows = await Promise.all(pair.map(read));
    const answers = await Promise.all(sides.map(({ keeping }) => keeping.ask(policy, key)));
    return answers.some((answer, index) => answer !== rows[index]?.get(key));
  };
}

/** Resolves when the bus has told `gateway` all that `another` said before. */
async function heardAll(gateway: Gateway, another: Gateway): Promise<void> {
  const table = createTable();
  const signs = textPolicy({ name: 'signs' });
  const key = randomUUID();
  await gateway.cache.getMany(signs, [key], table.source);
  await gateway.cache.idle();
  await gateway.cache.getMany(signs, [key], table.source);
  expect(gateway.cache.peek(signs, key)).toBeDefined();
  await another.cache.invalidate([{ policy: signs, id: key }], table.write(key, 'gone'));
  await vi.waitFor(() => expect(gateway.cache.peek(signs, key)).toBeUndefined());
}

async function staleOnes(protections: Protections): Promise<number> {
  const app = uniqueApp();
  const pair: Pair = [await start({ app, protections }), await start({ app, protections })];
  const random = seededRandom(20_267);
  let stale = 0;
  for (let done = 0; done < 4; done += 1) {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${done}-${index}`);
    const looks = await Promise.all(keys.map((key) => disturb(key, pair, random)));
    for (const { cache } of pair) await cache.idle();
    await heardAll(...pair);
    await heardAll(pair[1], pair[0]);
    stale += (await Promise.all(looks.map((look) => look()))).filter(Boolean).length;
  }
  return stale;
}

it('no order of writers and readers leaves something old that is kept', { timeout: 60_000 }, async () => {
  expect(await staleOnes(allProtections)).toBe(0);
});

it('would, if nothing were given up with its entries: the control', { timeout: 60_000 }, async () => {
  expect(await staleOnes({ ...allProtections, seals: false })).toBeGreaterThan(20);
});
