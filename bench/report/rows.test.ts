import { expect, it } from 'vitest';
import { spreadOf } from '../../src/testing/prove/measures.ts';
import type { Round } from '../measure/round.ts';
import { bare } from '../stacks/stacks.ts';
import { rowOf } from './rows.ts';

const round = (cpuMicrosPerRequest: number, perSecond: number, failed: number): Round => ({
  load: {
    answers: 100,
    failed,
    writes: 10,
    stale: spreadOf([4]),
    tookMs: 10,
    perSecond,
    ms: spreadOf([1, 2, 3]),
  },
  ...{ cpuMicrosPerRequest, sqlPerRequest: 1, redisPerRequest: 2, redisTripsPerRequest: 1, rssMb: 64.4 },
});

it('a row has the medians of the rounds, and all that went wrong in any of them', () => {
  const server = { name: 'bare warm', stack: bare, temperature: 'warm', url: '', node: 'v20' } as const;
  const nobodyAsks = () => Promise.reject(new Error('nobody asks'));
  const rounds = [round(30, 1_000, 0), round(10, 3_000, 2), round(20, 2_000, 0)];
  expect(
    rowOf({ server: { ...server, usage: nobodyAsks, startAnother: nobodyAsks }, workload: 'list', rounds }),
  ).toEqual({
    ...{ workload: 'list', temperature: 'warm', stack: 'bare', node: 'v20' },
    ...{ cpuMicrosPerRequest: 20, requestsPerSecond: 2_000, p50Ms: 2, p95Ms: 3, p99Ms: 3 },
    ...{ sqlPerRequest: 1, redisPerRequest: 2, redisTripsPerRequest: 1, rssMb: 64 },
    ...{ requests: 300, failed: 2, writes: 30, staleReads: 3, staleReadsOfTwo: 0, stalestOfTwoMs: 0 },
  });
});
