import { rounded } from '../../src/testing/prove/measures.ts';
import type { Row } from './rows.ts';

/** What the gateway is to reach, and what it has reached. */
export interface Bound {
  readonly what: string;
  /** How many times as much as the peer it does with a processor. */
  readonly ratio: number | undefined;
  /** How many times as many requests a second it answers; told, not judged. */
  readonly throughputRatio: number | undefined;
  readonly least: number;
  /** `unknown` where one of both was not measured. */
  readonly verdict: 'holds' | 'does not hold' | 'unknown';
}

const gateway = 'tributary';
const bareServer = 'bare';

/**
 * The bounds of the project. Judged by the processor time of a request, which others on the machine change least, and which says
 * how much one core can answer.
 */
export function boundsOf(rows: readonly Row[]): readonly Bound[] {
  const find = (stack: string, workload: string, temperature: Row['temperature']) =>
    rows.find((row) => row.stack === stack && row.workload === workload && row.temperature === temperature);
  const own = (workload: string, temperature: Row['temperature']) => find(gateway, workload, temperature);
  const cached = ['product', 'list', 'catalogue'].flatMap((workload) => [
    bound(`cached ${workload}, of bare`, 0.85, own(workload, 'warm'), find(bareServer, workload, 'warm')),
    bound(
      `cached ${workload}, of Apollo’s response cache`,
      8,
      own(workload, 'warm'),
      find('apollo', workload, 'warm'),
    ),
  ]);
  const honest = bestNeverStale(rows);
  return [
    bound(
      'uncached list with loaders, of Mercurius with jit',
      1,
      own('list', 'cold'),
      find('mercurius', 'list', 'cold'),
    ),
    ...cached,
    bound('redirects, of bare', 0.7, own('redirect', 'warm'), find(bareServer, 'redirect', 'warm')),
    bound(
      `mixed traffic, of the best peer that is never stale (${honest === undefined ? 'none' : `${honest.stack} ${honest.temperature}`})`,
      2,
      own('mixed', 'warm'),
      honest,
    ),
  ];
}

/** What one process may answer after another one has acknowledged a write, in ms: the gateway's own promise, and the peers' allowance. */
const lateOfTwoMs = 50;

/** A process that has acknowledged a write never contradicts it; another one no longer than it takes to be told. */
const isNeverStale = ({ staleReads, stalestOfTwoMs }: Row): boolean =>
  staleReads === 0 && stalestOfTwoMs <= lateOfTwoMs;

/** Found by counting: of the peers that nobody saw answer with something older than an acknowledged write, the cheapest. */
export function bestNeverStale(rows: readonly Row[]): Row | undefined {
  return rows
    .filter(({ workload, stack }) => workload === 'mixed' && stack !== gateway && stack !== bareServer)
    .filter((row) => isNeverStale(row) && row.failed === 0 && row.writes > 0)
    .toSorted((one, other) => one.cpuMicrosPerRequest - other.cpuMicrosPerRequest)[0];
}

function bound(what: string, least: number, own: Row | undefined, peer: Row | undefined): Bound {
  if (own === undefined || peer === undefined)
    return { what, least, ratio: undefined, throughputRatio: undefined, verdict: 'unknown' };
  const ratio = rounded(peer.cpuMicrosPerRequest / own.cpuMicrosPerRequest);
  const isSound = own.failed === 0 && isNeverStale(own);
  return {
    what,
    least,
    ratio,
    throughputRatio: rounded(own.requestsPerSecond / peer.requestsPerSecond),
    verdict: ratio >= least && isSound ? 'holds' : 'does not hold',
  };
}
