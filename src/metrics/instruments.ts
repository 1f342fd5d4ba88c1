import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { settle } from './tally.ts';

export type Instruments = ReturnType<typeof createInstruments>;

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** For a label with hundreds of values: each bucket is a series for each of them, in every process. */
const coarseBuckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];
const pointsBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000];

/** The kinds of instrument that there are, all on one registry. */
export function createInstruments(registry: Registry) {
  const registers = [registry];
  const histogram =
    (buckets: readonly number[]) =>
    <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Histogram<Label>({ name, help, labelNames: [...labelNames], registers, buckets: [...buckets] });
  return {
    /** May be counted by `tallyOf`. */
    counter: <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter<Label>({ name, help, labelNames: [...labelNames], registers, collect: settle }),
    gauge: <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Gauge<Label>({ name, help, labelNames: [...labelNames], registers }),
    seconds: histogram(secondsBuckets),
    coarseSeconds: histogram(coarseBuckets),
    points: histogram(pointsBuckets),
  };
}
