import { createMetrics } from '../../metrics/metrics.ts';
import { code, table, type Draft } from './markdown.ts';

/** What prom-client keeps with each instrument; its types leave the labels out. */
interface Instrument {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export function metricsDraft(): Draft {
  const instruments = createMetrics().registry.getMetricsAsArray() as unknown as readonly Instrument[];
  return {
    title: 'Metrics',
    about:
      'What `/metrics` tells Prometheus. The values of every label are bounded; a histogram has the series `_bucket`, `_sum` and `_count`.',
    parts: [
      table(
        ['Metric', 'Type', 'Labels', 'Meaning'],
        instruments.map(({ name, type, labelNames, help }) => [
          code(name),
          type,
          labelNames.map(code).join(', '),
          help,
        ]),
      ),
      'Beside them stand what `prom-client` measures of the process, as `gateway_process_*` and `gateway_nodejs_*`: CPU, memory, event loop, garbage collection.',
    ],
  };
}
