import { afterEach, describe, expect, inject, it } from 'vitest';
import { zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { CachePolicy } from './policy.ts';
import { createGate } from './testing/gate.ts';
import { createGateways, keysOf, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

/** Lists of a user's things: `<user>/<page>` depends on the user. */
const lists = textPolicy({
  name: 'lists',
  tiers: 'redis',
  tags: (key) => [`user:${key.split('/')[0]}`, 'all'],
});
const untagged = textPolicy({ name: 'lists', tiers: 'redis' });
const user7 = { tag: 'user:7' };

async function read(
  gateway: Gateway,
  table: Table,
  key = '7/1',
  policy: CachePolicy<string, string> = lists,
) {
  return (await gateway.cache.getMany(policy, [key], table.source)).get(key);
}

async function warm(gateway: Gateway, table: Table, key = '7/1', policy = lists): Promise<void> {
  await read(gateway, table, key, policy);
  await gateway.cache.idle();
}

const tagsOf = async (gateway: Gateway) => (await keysOf(gateway)).filter((key) => key.includes(':tag:'));

describe('a list with tags', () => {
  it('is a hit while its tags are what they were, in one round trip for a hundred lists', async () => {
    const gateway = await start();
    const keys = Array.from({ length: 100 }, (_, index) => `${index % 7}/${index}`);
    const table = createTable(Object.fromEntries(keys.map((key) => [key, `list ${key}`])));
    await gateway.cache.getMany(textPolicy({ name: 'first' }), ['x'], table.source);
    await warm(gateway, table, 'none/1'); // The server learns the scripts.
    const trips = () => total(gateway.metrics.redisRoundTrips);
    const readAll = async () => {
      const before = await trips();
      const found = await gateway.cache.getMany(lists, keys, table.source);
      expect(keys.map((key) => found.get(key))).toEqual(keys.map((key) => `list ${key}`));
      await gateway.cache.idle();
      return (await trips()) - before;
    };
    expect(await readAll()).toBe(3);
    expect(await readAll()).toBe(1);
    expect(await total(gateway.metrics.cacheReads, { policy: 'lists', outcome: 'hit' })).toBe(100);
  });

  it('is a miss on every gateway once one of its tags is touched; others stay', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ '7/1': 'old', '8/1': 'other' });
    await warm(one, table);
    await warm(one, table, '8/1');
    const lsn = table.write('7/1', 'new');
    expect(await one.cache.invalidate([user7], lsn)).toBe(true);
    expect(await read(other, table)).toBe('new');
    expect(table.loads.at(-1)).toMatchObject({ need: { atLeast: lsn }, from: 'primary' });
    expect(await total(other.metrics.cacheReads, { outcome: 'untagged' })).toBe(1);
    expect(await read(other, table, '8/1')).toBe('other');
    expect(table.loads).toHaveLength(3);
    await other.cache.idle();
    expect(await read(one, table)).toBe('new');
    expect(table.loads).toHaveLength(3);
  });

  it('stays old where its policy names no tags: the control', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'old' });
    await warm(gateway, table, '7/1', untagged);
    await gateway.cache.invalidate([user7], table.write('7/1', 'new'));
    expect(await read(gateway, table, '7/1', untagged)).toBe('old');
  });

  it('is a miss when the stamp of a tag is lost, damaged or another type', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'list' });
    const [key] = await warm(gateway, table).then(() => tagsOf(gateway));
    const losses = [
      [['del', key ?? '']],
      [['set', key ?? '', 'S123']],
      [
        ['del', key ?? ''],
        ['hset', key ?? '', 'field', 'x'],
      ],
    ] as const;
    for (const [index, loss] of losses.entries()) {
      await gateway.redis.batch(loss);
      expect(await read(gateway, table)).toBe('list');
      await gateway.cache.idle();
      expect(await read(gateway, table)).toBe('list');
      expect(table.loads).toHaveLength(index + 2);
    }
  });

  it('loaded before a touch and stored after it is not valid', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'old' });
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const early = read(gateway, table);
    await gate.reached;
    await gateway.cache.invalidate([user7], table.write('7/1', 'new'));
    gate.open();
    expect(await early).toBe('old');
    await gateway.cache.idle();
    expect(await total(gateway.metrics.cacheFills, { outcome: 'stored' })).toBe(1);
    expect(await read(gateway, table)).toBe('new');
  });

  it('that is being read when its tag is touched is not joined any more', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'old' });
    const gate = createGate();
    table.onSnapshot(() => (table.loads.length === 1 ? gate.pass() : Promise.resolve()));
    const early = read(gateway, table);
    await gate.reached;
    await gateway.cache.invalidate([user7], table.write('7/1', 'new'));
    const late = read(gateway, table);
    const joined = () => total(gateway.metrics.cacheReads, { tier: 'flight' });
    expect(await joined()).toBe(0);
    gate.open();
    expect(await early).toBe('old');
    expect(await late).not.toBe(undefined);
    expect(await joined()).toBe(0);
  });

  it('is joined where only another tag was touched: the control', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'old' });
    const gate = createGate();
    table.onSnapshot(() => gate.pass());
    const early = read(gateway, table);
    await gate.reached;
    await gateway.cache.invalidate([{ tag: 'user:8' }], table.write('8/1', 'new'));
    const late = read(gateway, table);
    gate.open();
    expect(await Promise.all([early, late])).toEqual(['old', 'old']);
    expect(await total(gateway.metrics.cacheReads, { tier: 'flight' })).toBe(1);
  });

  it('keeps the lsn of the latest touch; a conditional touch that comes late changes nothing', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'list' });
    const [low, high] = ['1', '2'].map((digit) => (zeroLsn + digit).slice(-16) as Lsn) as [Lsn, Lsn];
    await gateway.cache.invalidate([user7], high);
    await gateway.cache.invalidate([user7], low);
    await warm(gateway, table);
    expect(table.loads[0]?.need.atLeast).toBe(high);
    await gateway.cache.invalidate([user7], high, { conditional: true });
    await read(gateway, table);
    expect(table.loads).toHaveLength(1);
    await gateway.cache.invalidate([user7], (zeroLsn + '3').slice(-16) as Lsn, { conditional: true });
    await read(gateway, table);
    expect(table.loads).toHaveLength(2);
  });

  it('leaves stamps that live for a day', async () => {
    const gateway = await start();
    const table = createTable({ '7/1': 'list' });
    await gateway.cache.invalidate([user7], table.write('7/1', 'list'));
    await warm(gateway, table);
    const keys = await tagsOf(gateway);
    expect(keys).toHaveLength(2);
    for (const life of await gateway.redis.batch(keys.map((key) => ['pttl', key] as const)))
      expect(Number(life)).toBeGreaterThan(20 * 3_600_000);
  });
});

it('a touch that Redis did not take is done before Redis is read again', async () => {
  const gateway = await start();
  const table = createTable({ '7/1': 'old' });
  await warm(gateway, table);
  gateway.redis.distrust('a test');
  expect(await gateway.cache.invalidate([user7], table.write('7/1', 'new'))).toBe(false);
  expect(gateway.cache.status().queued).toBe(1);
  await gateway.redis.untilUp(10_000);
  expect(gateway.cache.status().queued).toBe(0);
  expect(await read(gateway, table)).toBe('new');
});
