import type { Check } from '../proof.ts';
import type { OverTheTable, Pass } from './table.ts';
import { failedOf, type Lap, type Raced } from './race.ts';

const leastShare = 0.7;
const leastPerSecond = 10_000;
const leastHits = 95;
const mostFailed = 0.1;
const within = { p50: 10, p95: 50, p99: 100 } as const;

export function fastEnough({ bare, memory, framework }: Raced): Check {
  const shareOf = ({ perSecond }: Lap) => perSecond / bare.perSecond;
  const told = (lap: Lap) =>
    `${shareOf(lap).toFixed(2)}: ${lap.perSecond} a second, ${lap.cpuMicros} µs of a processor each`;
  return {
    what: `Redirects from memory, of those of a bare server (${bare.perSecond} a second, ${bare.cpuMicros} µs)`,
    found: told(memory),
    must: `≥ ${leastShare}`,
    holds: shareOf(memory) >= leastShare,
    control: { found: `${told(framework)} through the framework`, fails: shareOf(framework) < leastShare },
  };
}

/** A machine on which not even a bare server has enough for it says nothing of the gateway. */
export function manyEnough({ second }: OverTheTable, { bare }: Raced): Check {
  const enough = Math.round(leastPerSecond / leastShare);
  const isJudged = bare.perSecond >= enough;
  return {
    what: 'Redirects a second over the table',
    found: String(second.load.perSecond),
    must: isJudged
      ? `≥ ${leastPerSecond}`
      : `not judged: a bare server has ${bare.perSecond} here, under ${enough}`,
    holds: !isJudged || second.load.perSecond >= leastPerSecond,
  };
}

export function inTime({ second }: OverTheTable): Check {
  const { p50, p95, p99 } = second.load.ms;
  return {
    what: 'ms of one over the table: p50, p95, p99',
    found: [p50, p95, p99].join(', '),
    must: `< ${Object.values(within).join(', ')}`,
    holds: p50 < within.p50 && p95 < within.p95 && p99 < within.p99,
  };
}

export function fromCache({ first, second }: OverTheTable): Check {
  const hits = ({ percent }: Pass) => Math.round(10 * (percent.l1 + percent.redis)) / 10;
  const told = (pass: Pass) =>
    `${hits(pass)} %: ${pass.percent.l1} % in memory, ${pass.percent.redis} % in Redis`;
  return {
    what: 'Links over the table from cache',
    found: told(second),
    must: `> ${leastHits} %`,
    holds: hits(second) > leastHits,
    control: { found: `${told(first)} when nothing was`, fails: hits(first) <= leastHits },
  };
}

export function fewErrors({ memory, framework }: Raced, { first, second }: OverTheTable): Check {
  const loads = [first.load, second.load];
  const answers = [memory, framework, ...loads].reduce((all, one) => all + one.answers, 0);
  const failed = memory.failed + framework.failed + loads.reduce((all, load) => all + failedOf(load), 0);
  const percent = (100 * failed) / answers;
  return {
    what: 'Requests that were no redirect, or not answered',
    found: `${failed} of ${answers}`,
    must: `< ${mostFailed} %`,
    holds: percent < mostFailed,
  };
}
