import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Database } from './database.ts';
import { createShards } from './shards.ts';

const clusters = (count: number) => Array.from({ length: count }, () => ({}) as Database);

it('spreads keys evenly, and keeps every key where it is', () => {
  const shards = createShards({ clusters: clusters(4) });
  const keys = Array.from({ length: 8_000 }, (_, index) => `account:${index}`);
  const groups = shards.group(keys);
  expect(groups).toHaveLength(4);
  for (const { keys: members } of groups) expect(Math.abs(members.length - 2_000)).toBeLessThan(200);
  // Where data lies on a disk: these must never change.
  expect(['a', 'b', 'c', 'ü'].map((key) => shards.shardOf(key).name)).toMatchInlineSnapshot(`
    [
      "shard-1",
      "shard-4",
      "shard-3",
      "shard-2",
    ]
  `);
});

it('halves every range when the clusters are doubled, so that each gives to one other', () => {
  const index = (name: string) => Number(name.replace('shard-', '')) - 1;
  const [two, four] = [createShards({ clusters: clusters(2) }), createShards({ clusters: clusters(4) })];
  fc.assert(
    fc.property(fc.string(), (key) => {
      expect(Math.floor(index(four.shardOf(key).name) / 2)).toBe(index(two.shardOf(key).name));
    }),
  );
});

it('groups a batch without losing or repeating a key, in the order given', () => {
  const shards = createShards({ clusters: clusters(3) });
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      const groups = shards.group(keys);
      expect(new Set(groups.map(({ shard }) => shard)).size).toBe(groups.length);
      for (const { shard, keys: members } of groups)
        expect(members).toEqual(keys.filter((key) => shards.shardOf(key) === shard));
      expect(groups.flatMap(({ keys: members }) => members)).toHaveLength(keys.length);
    }),
  );
});

it('is refused without a cluster', () => {
  expect(() => createShards({ clusters: [] })).toThrow('1 to 1024');
});
