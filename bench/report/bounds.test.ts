import { expect, it } from 'vitest';
import { bestNeverStale, boundsOf } from './bounds.ts';
import { exampleRow } from './example-rows.ts';

const mixed = { workload: 'mixed', writes: 100 } as const;

it('a bound holds where the gateway takes as little as it must', () => {
  const rows = (cpuMicrosPerRequest: number) => [
    exampleRow({ stack: 'bare', cpuMicrosPerRequest: 85 }),
    exampleRow({ cpuMicrosPerRequest }),
  ];
  const found = (cpu: number) => boundsOf(rows(cpu)).find(({ what }) => what === 'cached list, of bare');
  expect(found(100)).toMatchObject({ ratio: 0.85, least: 0.85, verdict: 'holds' });
  expect(found(101)).toMatchObject({ ratio: 0.84, verdict: 'does not hold' });
});

it('what was not measured is not judged', () => {
  expect(boundsOf([]).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 9 }, () => 'unknown'));
});

it('the best honest peer is the cheapest that was never seen to be stale', () => {
  const cached = exampleRow({ ...mixed, stack: 'cached', cpuMicrosPerRequest: 50, staleReads: 1 });
  const honest = exampleRow({ ...mixed, stack: 'honest', cpuMicrosPerRequest: 300 });
  const slow = exampleRow({ ...mixed, stack: 'slow', cpuMicrosPerRequest: 400 });
  const bare = exampleRow({ ...mixed, stack: 'bare', cpuMicrosPerRequest: 20, writes: 0 });
  expect(bestNeverStale([slow, cached, bare, honest])).toBe(honest);
  expect(
    bestNeverStale([{ ...cached, staleReads: 0, staleReadsOfTwo: 9, stalestOfTwoMs: 600 }, honest]),
  ).toBe(honest);
  expect(bestNeverStale([{ ...cached, staleReads: 0 }, honest])?.stack).toBe('cached');
});

it('a gateway that is stale or fails meets no bound', () => {
  const peer = exampleRow({ ...mixed, stack: 'honest', cpuMicrosPerRequest: 300 });
  const verdicts = (own: Parameters<typeof exampleRow>[0]) =>
    boundsOf([peer, exampleRow({ ...mixed, ...own })]).at(-1)?.verdict;
  expect(verdicts({})).toBe('holds');
  expect(verdicts({ staleReads: 1 })).toBe('does not hold');
  expect(verdicts({ failed: 1 })).toBe('does not hold');
  expect(verdicts({ staleReadsOfTwo: 5, stalestOfTwoMs: 51 })).toBe('does not hold');
});
