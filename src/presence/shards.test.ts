import { expect, it } from 'vitest';
import { byShard, channelOf, shardCount, shardOf } from './shards.ts';

const ids = Array.from({ length: 20_000 }, (_, index) => String(index + 1));

it('spreads ids that follow each other over all shards, none with twice its part', () => {
  const shards = byShard(ids);
  expect([...shards.keys()].sort((one, other) => one - other)).toEqual([...Array(shardCount).keys()]);
  const largest = Math.max(...[...shards.values()].map(({ length }) => length));
  expect(largest).toBeLessThan((2 * ids.length) / shardCount);
});

it('always finds an id in the same shard: gateways of all versions must agree', () => {
  expect(['1', '2', '1000000'].map(shardOf)).toEqual([53, 26, 50]);
  expect(channelOf(shardOf('1'))).toBe('presence:53');
});

it('leaves out the shards that hold none of the ids', () => {
  expect([...byShard(['1', '2'])]).toEqual([
    [53, ['1']],
    [26, ['2']],
  ]);
});
