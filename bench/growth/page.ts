import { chartOf } from '../report/curves.ts';
import { isOfGrowth, writeResults } from '../report/folder.ts';
import { machine } from '../report/page.ts';
import { markdownOf } from '../report/table.ts';
import { chartsOf } from './charts.ts';
import type { Growth } from './growth.ts';
import { pointsOf, workloadsOf, type Dimension, type Point } from './points.ts';
import type { GrowthScale } from './scale.ts';
import { tableOf } from './table.ts';

export interface GrowthFindings extends Growth {
  readonly scale: GrowthScale;
  readonly seconds: number;
  readonly loadBefore: number;
  /** As `2026-11-22`. */
  readonly date: string;
  /** A whole run, which is kept with the documents. */
  readonly isReference: boolean;
}

/** Writes the page and its plots; resolves to their folder, from the project's own. */
export function writeGrowth(findings: GrowthFindings): Promise<string> {
  const charts = Object.entries(chartsOf(findings.points)).map(
    ([file, chart]) => [file, chartOf(chart)] as const,
  );
  return writeResults(
    { isReference: findings.isReference, isOwn: isOfGrowth },
    { ...Object.fromEntries(charts), 'growth.md': growthPageOf(findings) },
  );
}

export function growthPageOf(findings: GrowthFindings): string {
  const { points, scale } = findings;
  return `# Growth

Written by \`npm run bench -- --growth\`; do not edit. How it is measured: [bench](../../bench/README.md#growth). What follows from it:
[scaling](../scaling.md).

${surroundings(findings)}

${legend}

## More rows

${scale.times.map((times) => `× ${times}`).join(', ')} of everything, one process, ${scale.connections} connections; requests follow Zipf’s law over all keys, ${scale.draws} of them before
they begin again.

![processor time of a request over rows](growth-rows-cpu.svg)

![p99 over rows](growth-rows-p99.svg)

${tablesOf(points, 'rows')}

## More clients

One process, × ${scale.middle} of the rows. Each connection asks again as soon as it is answered: latencies are those of a process that is fully busy, where who is one of many
waits for the others.

![requests a second and latencies over connections](growth-clients.svg)

${tablesOf(points, 'clients')}

## More processes

× ${scale.middle} of the rows, ${scale.connections} connections that take turns; processor time, memory and requests are those of all processes together.
${coresOf(findings)}

![requests a second and processor time over processes](growth-processes.svg)

${tablesOf(points, 'processes')}
`;
}

const tablesOf = (points: readonly Point[], dimension: Dimension): string =>
  workloadsOf(points, dimension)
    .map(
      (name) =>
        `### ${headings[dimension]}: ${name}\n\n${markdownOf(tableOf(pointsOf(points, dimension, name)))}`,
    )
    .join('\n\n');

const headings: Readonly<Record<Dimension, string>> = {
  rows: 'Rows',
  clients: 'Clients',
  processes: 'Processes',
};

function surroundings({ points, seconds, loadBefore, date }: GrowthFindings): string {
  const nodes = [...new Set(points.map(({ node }) => node))].join(', ');
  return `${date}; ${machine(nodes)}. ${Math.max(1, Math.round(seconds / 60))} minutes; load of the machine before: ${loadBefore.toFixed(1)}.`;
}

/** How far throughput can tell anything at all. */
function coresOf({ cores }: GrowthFindings): string {
  if (cores === undefined)
    return 'All of them share all cores with the load, Postgres and Redis, because `taskset` is not there.';
  return cores.server.length > 1
    ? 'Each has a core of its own; the load, Postgres and Redis have the rest.'
    : '**They share one core**, because the load, Postgres and Redis need the other one: here two can answer no more than one. What\nthe table tells is whether a request costs more for there being two.';
}

const legend = `_Cold_: no answer comes from a cache. _Warm_: caches hold what is asked for, as far as they have room. _of the first_: as a multiple of
the line above that begins the curve. _SQL_ and _Redis_: statements and commands for one request; _trips_: how often Redis was sent something for
one. _RSS_: of the gateway, after a round.`;
