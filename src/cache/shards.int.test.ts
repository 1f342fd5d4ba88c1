import { afterEach, describe, expect, inject, it } from 'vitest';
import { zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Source } from './source.ts';
import { createGateways, textPolicy, total } from './testing/gateway.ts';
import { createTable } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ tiers: 'redis' });
const keys = ['a1', 'a2', 'b1'];

/** Two databases, told apart by the first letter of the key; what `dead` names does not answer. */
function createShards() {
  const shards = { a: createTable({ a1: 'A1', a2: 'A2' }), b: createTable({ b1: 'B1' }) };
  const dead = new Set<string>();
  const source: Source<string, string> = {
    shardOf: (key) => key.slice(0, 1),
    load(some, need) {
      const shard = some[0]?.slice(0, 1) === 'a' ? 'a' : 'b';
      return dead.has(shard)
        ? Promise.reject(new Error(`shard ${shard} is dead`))
        : shards[shard].source.load(some, need);
    },
  };
  return { ...shards, dead, source };
}

describe('keys of several shards', () => {
  it('are loaded by one statement each, at or after the fences of their own keys only', async () => {
    const gateway = await start();
    const { a, b, source } = createShards();
    const lsn = (zeroLsn + 'ff').slice(-16) as Lsn;
    await gateway.cache.invalidate([{ policy, id: 'a2' }], lsn);
    const found = await gateway.cache.getMany(policy, keys, source);
    expect([...found.values()]).toEqual(['A1', 'A2', 'B1']);
    expect(a.loads).toMatchObject([{ keys: ['a1', 'a2'], need: { atLeast: lsn } }]);
    expect(b.loads).toMatchObject([{ keys: ['b1'], need: { atLeast: zeroLsn } }]);
  });

  it('of which one is dead: the others answer, are kept, and only its own keys fail', async () => {
    const gateway = await start();
    const { a, b, dead, source } = createShards();
    dead.add('b');
    const failed = new Map<string, unknown>();
    const read = () =>
      gateway.cache.getMany(policy, keys, source, { onFailure: (id, error) => failed.set(id, error) });
    expect([...(await read())]).toEqual([
      ['a1', 'A1'],
      ['a2', 'A2'],
    ]);
    expect([...failed]).toEqual([['b1', new Error('shard b is dead')]]);
    await gateway.cache.idle();
    await read();
    expect(a.loads).toHaveLength(1);
    dead.clear();
    await gateway.cache.idle();
    expect((await read()).get('b1')).toBe('B1');
    expect(b.loads).toHaveLength(1);
    expect(await total(gateway.metrics.cacheReads, { outcome: 'busy' })).toBe(0);
  });

  it('of which one is dead reject the whole read of whoever has not asked to be told', async () => {
    const gateway = await start();
    const { dead, source } = createShards();
    dead.add('b');
    await expect(gateway.cache.getMany(policy, keys, source)).rejects.toThrow('shard b is dead');
    expect(await gateway.cache.getMany(policy, ['a1'], source)).toEqual(new Map([['a1', 'A1']]));
  });

  it('fail together where the source does not tell them apart: the control', async () => {
    const gateway = await start();
    const { dead, source } = createShards();
    dead.add('a');
    const failed: string[] = [];
    const whole: Source<string, string> = { load: (some, need) => source.load(some, need) };
    await gateway.cache.getMany(policy, keys, whole, { onFailure: (id) => failed.push(id) });
    expect(failed).toEqual(keys);
  });

  it('are read apart also past the cache', async () => {
    const gateway = await start();
    const { source } = createShards();
    const found = await gateway.cache.getMany(policy, keys, source, { uncached: true });
    expect([...found.values()]).toEqual(['A1', 'A2', 'B1']);
  });
});
