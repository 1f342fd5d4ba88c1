import { createMetrics } from '../../metrics/metrics.ts';
import type { Named } from './expression.ts';

/** What prom-client keeps with each instrument; its types leave the labels out. */
export interface Instrument {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Every instrument of a gateway; those of the process come with them where `processMetrics` is set. */
export const instrumentsOf = (options?: Parameters<typeof createMetrics>[0]): readonly Instrument[] =>
  createMetrics(options).registry.getMetricsAsArray() as unknown as readonly Instrument[];

/** Labels that Prometheus gives to all that it scrapes. */
const ofTheScrape = ['job', 'instance'];

/** What can be asked for, with its labels: the series of a gateway, and what Prometheus or a rule adds. */
export function createKnown(recorded: readonly string[] = []) {
  const known = new Map<string, readonly string[]>([
    ['up', ofTheScrape],
    ...recorded.map((name) => [name, []] as const),
  ]);
  for (const { name, type, labelNames } of instrumentsOf({ processMetrics: true })) {
    const labels = [...labelNames, ...ofTheScrape];
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const part of parts) known.set(name + part, part === '_bucket' ? [...labels, 'le'] : labels);
  }

  /** One line for each name in an expression that nothing has. */
  return function faultsOf({ metrics, labels }: Named): readonly string[] {
    const strangers = metrics.flatMap(({ name, labels: selecting }) => {
      const own = known.get(name);
      if (own === undefined) return [`there is no metric ${name}`];
      return selecting
        .filter((label) => !own.includes(label))
        .map((label) => `${name} has no label ${label}`);
    });
    const all = new Set(metrics.flatMap(({ name }) => known.get(name) ?? []));
    const groupless = labels.filter((label) => !all.has(label)).map((label) => `nothing here has ${label}`);
    return [...strangers, ...groupless];
  };
}
