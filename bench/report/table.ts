import type { Bound } from './bounds.ts';
import type { Row } from './rows.ts';

type Cells = readonly string[];

const head: Cells = [
  'stack',
  '',
  'CPU µs',
  'of bare',
  'requests/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'SQL',
  'Redis',
  'trips',
  'RSS MB',
  'stale reads',
  'of two',
  'Node',
];

/** Of one workload, the cheapest first. */
export function tableOf(rows: readonly Row[]): readonly Cells[] {
  const bare = rows.find(({ stack }) => stack === 'bare');
  const sorted = rows.toSorted((one, other) => one.cpuMicrosPerRequest - other.cpuMicrosPerRequest);
  return [head, ...sorted.map((row) => cellsOf(row, bare))];
}

function cellsOf(row: Row, bare: Row | undefined): Cells {
  const { stack, temperature, failed, writes, staleReads } = row;
  return [
    stack,
    stack === 'bare' ? '' : temperature,
    row.cpuMicrosPerRequest.toFixed(1),
    bare === undefined ? '' : `${(row.cpuMicrosPerRequest / bare.cpuMicrosPerRequest).toFixed(1)} ×`,
    String(row.requestsPerSecond),
    row.p50Ms.toFixed(1),
    row.p95Ms.toFixed(1),
    row.p99Ms.toFixed(1),
    row.sqlPerRequest.toFixed(2),
    row.redisPerRequest.toFixed(2),
    row.redisTripsPerRequest.toFixed(2),
    String(row.rssMb),
    `${writes === 0 ? '' : String(staleReads)}${failed === 0 ? '' : ` (${failed} failed)`}`,
    row.writes === 0 ? '' : toldOfTwo(row),
    row.node,
  ];
}

const toldOfTwo = ({ staleReadsOfTwo, stalestOfTwoMs }: Row): string =>
  staleReadsOfTwo === 0 ? '0' : `${staleReadsOfTwo}, by ${Math.ceil(stalestOfTwoMs)} ms`;

export function boundsTable(bounds: readonly Bound[]): readonly Cells[] {
  return [
    ['', 'bound', 'CPU', 'must be', 'requests/s'],
    ...bounds.map(({ what, ratio, throughputRatio, least, verdict }) => [
      verdict,
      what,
      ratio === undefined ? 'not measured' : `${ratio} ×`,
      `≥ ${least} ×`,
      throughputRatio === undefined ? '' : `${throughputRatio} ×`,
    ]),
  ];
}

/** Numbers to the right, words to the left. */
export function markdownOf([first = [], ...rest]: readonly Cells[]): string {
  const isNumber = (column: number) => rest.some((cells) => /^[\d.]+( ×)?$/.test(cells[column] ?? ''));
  const widths = first.map((cell, column) =>
    Math.max(3, cell.length, ...rest.map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: Cells) =>
    `| ${widths.map((width, column) => (isNumber(column) ? (cells[column] ?? '').padStart(width) : (cells[column] ?? '').padEnd(width))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(first), `| ${rule.join(' | ')} |`, ...rest.map(line)].join('\n');
}
