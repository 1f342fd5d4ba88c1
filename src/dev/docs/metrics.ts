import { fillOutcomes, invalidationOutcomes, readOutcomes } from '../../cache/outcomes.ts';
import { breakages, spoilages } from '../../cache/makings.ts';
import { evictions, refusals } from '../../graphql/kept/kept-answers.ts';
import { instrumentsOf } from '../monitoring/known-metrics.ts';
import { code, table, type Draft } from './markdown.ts';

export function metricsDraft(): Draft {
  return {
    title: 'Metrics',
    about:
      'What `/metrics` tells Prometheus. The values of every label are bounded; a histogram has the series `_bucket`, `_sum` and `_count`.',
    parts: [
      table(
        ['Metric', 'Type', 'Labels', 'Meaning'],
        instrumentsOf().map(({ name, type, labelNames, help }) => [
          code(name),
          type,
          labelNames.map(code).join(', '),
          help,
        ]),
      ),
      outcomes(
        'What a key comes to that is looked for',
        'gateway_cache_reads_total',
        'The tiers are `l1`, `flight` (a load under way in the process), `redis` and `source`.',
        readOutcomes,
      ),
      outcomes('How a lease or a claim ends', 'gateway_cache_fills_total', '', fillOutcomes),
      outcomes('What comes of a changed key', 'gateway_cache_invalidations_total', '', invalidationOutcomes),
      outcomes('Why an answer is not kept', 'gateway_answers_not_kept_total', '', {
        ...spoilages,
        ...refusals,
      }),
      outcomes('Why a kept answer is given up', 'gateway_kept_answers_dropped_total', '', {
        ...breakages,
        ...evictions,
      }),
      '## Of the process\n\nBeside them stand what `prom-client` measures of the process, as `gateway_process_*` and `gateway_nodejs_*`: CPU, memory, event loop, garbage collection.',
    ],
  };
}

function outcomes(
  title: string,
  metric: string,
  more: string,
  meanings: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(meanings).map(([outcome, meaning]) => [code(outcome), meaning]);
  const about = [`Of ${code(metric)}.`, more].filter((text) => text !== '').join(' ');
  return [`## ${title}`, about, table(['Outcome', 'Meaning'], rows)].join('\n\n');
}
