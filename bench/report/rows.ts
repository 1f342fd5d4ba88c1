import { rounded, spreadOf } from '../../src/testing/prove/measures.ts';
import type { Round } from '../measure/round.ts';
import type { Measured } from '../measure/rounds.ts';
import type { Temperature } from '../stacks/stack.ts';

/** A line of the table and an item of `--json`: medians over the rounds. */
export interface Row {
  readonly workload: string;
  /** Cold: no answer comes from a cache. */
  readonly temperature: Temperature;
  readonly stack: string;
  readonly node: string;
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly sqlPerRequest: number;
  /** Commands; those that a script runs count as well. */
  readonly redisPerRequest: number;
  /** Times that Redis was sent something; what many requests send at once is one. */
  readonly redisTripsPerRequest: number;
  readonly rssMb: number;
  /** Of all rounds. */
  readonly requests: number;
  /** Of all rounds: wrong answers, and none. */
  readonly failed: number;
  /** Of all rounds. */
  readonly writes: number;
  /** Of all rounds: reads that were older than the last write that had been acknowledged before them. */
  readonly staleReads: number;
  /** The same of two processes, each asked for one half; for how long what they answered had been untrue at most, in ms. */
  readonly staleReadsOfTwo: number;
  readonly stalestOfTwoMs: number;
}

export function rowOf({ server, workload, rounds, together }: Measured): Row {
  const median = (of: (round: Round) => number) => rounded(spreadOf(rounds.map(of)).p50);
  const sum = (of: (round: Round) => number) => rounds.reduce((all, round) => all + of(round), 0);
  return {
    workload,
    temperature: server.temperature,
    stack: server.stack.name,
    node: server.node,
    cpuMicrosPerRequest: median((round) => round.cpuMicrosPerRequest),
    requestsPerSecond: Math.round(median(({ load }) => load.perSecond)),
    p50Ms: median(({ load }) => load.ms.p50),
    p95Ms: median(({ load }) => load.ms.p95),
    p99Ms: median(({ load }) => load.ms.p99),
    sqlPerRequest: median((round) => round.sqlPerRequest),
    redisPerRequest: median((round) => round.redisPerRequest),
    redisTripsPerRequest: median((round) => round.redisTripsPerRequest),
    rssMb: Math.round(median((round) => round.rssMb)),
    requests: sum(({ load }) => load.answers),
    failed: sum(({ load }) => load.failed) + (together?.failed ?? 0),
    writes: sum(({ load }) => load.writes),
    staleReads: sum(({ load }) => load.stale.count),
    staleReadsOfTwo: together?.stale.count ?? 0,
    stalestOfTwoMs: together?.stale.max ?? 0,
  };
}
