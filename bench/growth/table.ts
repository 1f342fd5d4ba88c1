import { reachOf, type Dimension, type Point } from './points.ts';

type Cells = readonly string[];

const growing: Readonly<Record<Dimension, string>> = {
  rows: 'keys',
  clients: 'connections',
  processes: 'processes',
};

/** Of one workload along one dimension: each curve from its least to its most. */
export function tableOf(points: readonly Point[]): readonly Cells[] {
  const head = [
    points[0] === undefined ? '' : growing[points[0].dimension],
    '',
    ...['CPU µs', 'of the first', 'requests/s', 'of the first', 'p50 ms', 'p99 ms'],
    ...['SQL', 'Redis', 'trips', 'RSS MB', 'failed'],
  ];
  const sorted = points.toSorted(
    (one, other) => other.temperature.localeCompare(one.temperature) || reachOf(one) - reachOf(other),
  );
  return [head, ...sorted.map((point) => cellsOf(point, firstOf(sorted, point)))];
}

const firstOf = (sorted: readonly Point[], { temperature }: Point): Point | undefined =>
  sorted.find((point) => point.temperature === temperature);

function cellsOf(point: Point, first: Point = point): Cells {
  const times = (of: (each: Point) => number) => `${(of(point) / of(first)).toFixed(2)} ×`;
  return [
    String(reachOf(point)),
    point.temperature,
    point.cpuMicrosPerRequest.toFixed(1),
    times(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest),
    String(point.requestsPerSecond),
    times(({ requestsPerSecond }) => requestsPerSecond),
    point.p50Ms.toFixed(1),
    point.p99Ms.toFixed(1),
    point.sqlPerRequest.toFixed(2),
    point.redisPerRequest.toFixed(2),
    point.redisTripsPerRequest.toFixed(2),
    String(point.rssMb),
    point.failed === 0 ? '' : String(point.failed),
  ];
}
