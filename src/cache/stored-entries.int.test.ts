import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Source } from './source.ts';
import type { CachePolicy } from './policy.ts';
import { createGateways, keysOf, textPolicy, total, type Gateway } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy();
const fifty = Array.from({ length: 50 }, (_, index) => `row-${index}`);
const rows = Object.fromEntries(fifty.map((id) => [id, `value of ${id}`]));

describe('an entry that cannot be used', () => {
  it.each([
    ['foreign bytes', () => 'hello'],
    ['a prototype name', () => '__proto__'],
    ['a truncated value', (bytes: string) => bytes.slice(0, -3)],
    ['a value of another shape', (bytes: string) => bytes.replace('"value of row-1"', '{"value of row1"')],
    ['half a head', (bytes: string) => bytes.slice(0, 20)],
    ['a stale value', (bytes: string) => `${bytes.slice(0, 50)}000000000001${bytes.slice(62)}`],
  ])('%s is a miss, is loaded once and repaired', async (_, damage) => {
    const gateway = await start();
    const table = createTable(rows);
    const read = () => gateway.cache.getMany(policy, ['row-1'], table.source);
    await read();
    await gateway.cache.idle();
    await damageOwn(gateway, damage);

    expect((await read()).get('row-1')).toBe('value of row-1');
    await gateway.cache.idle();
    expect((await read()).get('row-1')).toBe('value of row-1');
    expect(table.loads).toHaveLength(2);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
  });

  it('is a miss where the key has become another type', async () => {
    const gateway = await start();
    const table = createTable(rows);
    await gateway.cache.getMany(policy, ['row-1'], table.source);
    await gateway.cache.idle();
    const key = await onlyKey(gateway);
    await gateway.redis.batch([
      ['del', key],
      ['hset', key, 'field', 'x'],
    ]);
    for (let reads = 0; reads < 2; reads++) {
      expect((await gateway.cache.getMany(policy, ['row-1'], table.source)).get('row-1')).toBe(
        'value of row-1',
      );
      await gateway.cache.idle();
    }
    expect(table.loads).toHaveLength(2);
  });
});

describe('what is stored', () => {
  it('is not larger than the bound', async () => {
    const gateway = await start();
    const table = createTable({ large: incompressible(300 * 1024), small: 'x' });
    for (let reads = 0; reads < 2; reads++) {
      await gateway.cache.getMany(policy, ['large', 'small'], table.source);
      await gateway.cache.idle();
    }
    expect(table.loads.map(({ keys }) => keys)).toEqual([['large', 'small'], ['large']]);
    expect(await total(gateway.metrics.cacheFills, { outcome: 'too_large' })).toBe(2);
  });

  it('lives about as long as the policy says of that value, none exactly as long as the other', async () => {
    const gateway = await start();
    const table = createTable(rows);
    const byValue = textPolicy({ freshForMs: (value) => (value.endsWith('row-1') ? 10_000 : 100_000) });
    await gateway.cache.getMany(byValue, fifty, table.source);
    await gateway.cache.idle();
    const lives = await livesOf(gateway);
    const long = lives.filter((ms) => ms > 80_000 && ms <= 110_000);
    expect(long).toHaveLength(49);
    expect(lives.filter((ms) => ms > 8_000 && ms <= 11_000)).toHaveLength(1);
    expect(new Set(long.map((ms) => Math.round(ms / 1_000))).size).toBeGreaterThan(5);
  });

  it('is frozen, being shared between requests', async () => {
    const gateway = await start();
    const objects: CachePolicy<string, { readonly list: readonly number[] }> = {
      ...policy,
      freshForMs: 60_000,
      rowVersion: undefined,
      codec: {
        encode: (value) => JSON.stringify(value),
        decode: (text) => JSON.parse(text) as { list: number[] },
      },
    };
    const source: Source<string, { readonly list: readonly number[] }> = {
      load: () => Promise.resolve({ values: new Map([['a', { list: [1] }]]), replayed: undefined }),
    };
    for (let reads = 0; reads < 3; reads++) {
      const value = (await gateway.cache.getMany(objects, ['a'], source)).get('a');
      expect(value).toEqual({ list: [1] });
      expect([Object.isFrozen(value), Object.isFrozen(value?.list)]).toEqual([true, true]);
      await gateway.cache.idle();
    }
  });
});

const incompressible = (bytes: number) => randomBytes(bytes).toString('base64');

async function onlyKey(gateway: Gateway): Promise<string> {
  const keys = await keysOf(gateway);
  expect(keys).toHaveLength(1);
  return keys[0] ?? '';
}

async function damageOwn(gateway: Gateway, damage: (bytes: string) => string): Promise<void> {
  const key = await onlyKey(gateway);
  const [bytes] = await gateway.redis.mget([key]);
  const damaged = damage(bytes ?? '');
  expect(damaged).not.toBe(bytes);
  await gateway.redis.batch([['set', key, damaged, 'px', 60_000]]);
}

async function livesOf(gateway: Gateway): Promise<readonly number[]> {
  const keys = await keysOf(gateway);
  return (await gateway.redis.batch(keys.map((key) => ['pttl', key] as const))).map(Number);
}
