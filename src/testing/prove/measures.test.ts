import { expect, it } from 'vitest';
import { spreadOf } from './measures.ts';

it('gives percentiles by nearest rank', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(spreadOf(values)).toEqual({ count: 1_000, p50: 500, p95: 950, p99: 990, p999: 999, max: 1_000 });
});

it('gives the largest as every high percentile of few values, and zeros for none', () => {
  expect(spreadOf([3, 1.234])).toMatchObject({ p50: 1.23, p95: 3, p999: 3 });
  expect(spreadOf([])).toEqual({ count: 0, p50: 0, p95: 0, p99: 0, p999: 0, max: 0 });
});
