import { cpus } from 'node:os';
import type { Cores } from '../measure/cores.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Workload } from '../workloads/workload.ts';
import { boundsOf } from './bounds.ts';
import { isOfGrowth, writeResults } from './folder.ts';
import { plotOf } from './plots.ts';
import type { Row } from './rows.ts';
import { svgOf } from './svg.ts';
import { boundsTable, markdownOf, tableOf } from './table.ts';

export interface Findings {
  readonly rows: readonly Row[];
  readonly workloads: readonly Pick<Workload, 'name' | 'about'>[];
  readonly stacks: readonly Pick<Stack, 'name' | 'about'>[];
  readonly cores: Cores | undefined;
  readonly seconds: number;
  /** Processes that wanted to run before the run began, as the system counts them over a minute. */
  readonly loadBefore: number;
  /** A whole run, which is kept with the documents. */
  readonly isReference: boolean;
}

/** Writes the page and a plot for each workload; resolves to their folder, from the project's own. */
export function writePage(findings: Findings): Promise<string> {
  const plots = measured(findings).map(
    ({ name, about }) => [`${name}.svg`, svgOf(plotOf(name, about, rowsOf(findings, name)))] as const,
  );
  return writeResults(
    { isReference: findings.isReference, isOwn: (file) => !isOfGrowth(file) },
    { ...Object.fromEntries(plots), 'README.md': pageOf(findings) },
  );
}

const rowsOf = ({ rows }: Pick<Findings, 'rows'>, name: string) =>
  rows.filter(({ workload }) => workload === name);

const measured = (findings: Findings) =>
  findings.workloads.filter(({ name }) => rowsOf(findings, name).length > 0);

export function pageOf(findings: Findings): string {
  const sections = measured(findings).map(
    ({ name, about }) => `## ${name}

${about}

![${name}: processor time of a request](${name}.svg)

${markdownOf(tableOf(rowsOf(findings, name)))}
`,
  );
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. How it is measured, and with which settings: [bench](../../bench/README.md).

${surroundings(findings)}

${findings.stacks.map(({ name, about }) => `- **${name}**: ${about}.`).join('\n')}

${legend}

## Bounds

What the gateway is to reach, judged by processor time; what it reaches of the peer’s requests a second stands beside it.

${markdownOf(boundsTable(boundsOf(findings.rows)))}

${sections.join('\n')}`;
}

function surroundings({ cores, seconds, loadBefore, rows }: Findings): string {
  const nodes = [...new Set(rows.map(({ node }) => node))].join(', ');
  const where =
    cores === undefined
      ? 'servers and load share all cores, because `taskset` is not there'
      : 'one core for the server, the rest for the load, Postgres and Redis';
  return `${machine(nodes)}; ${where}. ${Math.round(seconds / 60)} minutes; load of the machine before: ${loadBefore.toFixed(1)}.`;
}

/** What it ran on, as far as figures depend on it. */
export const machine = (nodes: string): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform}, Node ${nodes}`;

const legend = `_Cold_: no answer comes from a cache. _Warm_: caches hold what is asked for. _of bare_: processor time, as a multiple of that of a bare
server. _SQL_ and _Redis_: statements and commands that the servers behind counted for one request; _trips_: how often Redis was sent something for
one, alone or with those of other requests. _Stale reads_: answers older than a write that had been acknowledged before they were asked for.`;
