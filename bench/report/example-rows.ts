import type { Row } from './rows.ts';

/** For tests: a row in which only what matters is said. */
export const exampleRow = (values: Partial<Row>): Row => ({
  workload: 'list',
  temperature: 'warm',
  stack: 'tributary',
  node: 'v20.20.2',
  cpuMicrosPerRequest: 100,
  requestsPerSecond: 10_000,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
  sqlPerRequest: 0,
  redisPerRequest: 0,
  redisTripsPerRequest: 0,
  rssMb: 100,
  requests: 1_000,
  failed: 0,
  writes: 0,
  staleReads: 0,
  staleReadsOfTwo: 0,
  stalestOfTwoMs: 0,
  ...values,
});
