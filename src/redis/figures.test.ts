import { expect, it } from 'vitest';
import { createMetrics } from '../metrics/metrics.ts';
import { createFigures } from './figures.ts';

const labels = { role: 'cache', node: 'one:6379' } as const;
const memory = (used: number, max: number) =>
  `# Memory\r\nused_memory:${used}\r\nused_memory_human:1K\r\nmaxmemory:${max}\r\ntotal_system_memory:9000\r\n`;
const stats = (evicted: number) => `# Stats\r\nevicted_keys:${evicted}\r\n`;

function open() {
  const metrics = createMetrics();
  const valueOf = async (metric: 'redisMemory' | 'redisMemoryLimit' | 'redisEvictions') =>
    (await metrics[metric].get()).values.map(({ value }) => value);
  return { figures: createFigures({ ...labels, metrics }), valueOf };
}

it('memory is measured against what a server may use, which is all of the machine’s where nothing is set', async () => {
  const { figures, valueOf } = open();
  figures.take([memory(100, 400), stats(0)]);
  expect([await valueOf('redisMemory'), await valueOf('redisMemoryLimit')]).toEqual([[100], [400]]);
  figures.take([memory(100, 0), stats(0)]);
  expect(await valueOf('redisMemoryLimit')).toEqual([9000]);
});

it('evictions are counted from when they were first seen, and from zero when the server began anew', async () => {
  const { figures, valueOf } = open();
  const counted = [];
  for (const evicted of [1_000, 1_000, 1_200, 30]) {
    figures.take([memory(1, 1), stats(evicted)]);
    counted.push(...(await valueOf('redisEvictions')));
  }
  expect(counted).toEqual([0, 0, 200, 230]);
});

it('a server that tells nothing leaves everything as it was, and one that is gone leaves no memory behind', async () => {
  const { figures, valueOf } = open();
  figures.take([memory(100, 400), stats(5)]);
  figures.take([new Error('NOPERM'), new Error('NOPERM')]);
  expect(await valueOf('redisMemory')).toEqual([100]);
  figures.forget();
  expect(await valueOf('redisMemory')).toEqual([]);
});
