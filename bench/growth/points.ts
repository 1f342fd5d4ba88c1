import type { Row } from '../report/rows.ts';

/** What grows along a curve. */
export const dimensions = ['rows', 'clients', 'processes'] as const;

export type Dimension = (typeof dimensions)[number];

/** One point of a curve, and an item of `--json`. */
export interface Point extends Row {
  readonly dimension: Dimension;
  /** How many times as many rows there were as at the least size. */
  readonly times: number;
  /** How many different things could be asked for. */
  readonly keys: number;
  readonly connections: number;
  /** Of the gateway; what is told is of all of them together. */
  readonly processes: number;
}

/** How far along its curve a point is. */
export const reachOf = (point: Point): number =>
  ({ rows: point.keys, clients: point.connections, processes: point.processes })[point.dimension];

export const pointsOf = (points: readonly Point[], dimension: Dimension, workload: string) =>
  points.filter((point) => point.dimension === dimension && point.workload === workload);

/** What was measured along a dimension, in the order in which it was. */
export const workloadsOf = (points: readonly Point[], dimension: Dimension): readonly string[] => [
  ...new Set(points.flatMap((point) => (point.dimension === dimension ? [point.workload] : []))),
];
