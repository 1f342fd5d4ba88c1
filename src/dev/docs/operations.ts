import { alertsOf, readRules, type Alert } from '../monitoring/alerts.ts';
import { dashboards } from '../monitoring/dashboards/dashboards.ts';
import { code, table, type Draft } from './markdown.ts';

export function operationsDraft(): Draft {
  const alerts = alertsOf(readRules());
  return {
    title: 'Operations',
    about:
      'What an operator is told, and what to do then. The rules are in `deploy/prometheus/alerts.yml`, the dashboards in `deploy/grafana`; `npm run prove -- alerts` causes each condition and sees its alert fire.',
    parts: [
      table(
        ['Alert', 'Severity', 'After', 'Seen in'],
        alerts.map((alert) => [
          `[${alert.name}](#${alert.name.toLowerCase()})`,
          alert.severity,
          alert.after,
          placeOf(alert),
        ]),
      ),
      ...alerts.map(sectionOf),
      '## Traces',
      'Nothing is traced until `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector, and then a share of the requests, `OTEL_TRACES_SAMPLER_ARG`, and those whose caller sends a `traceparent` that is sampled. A trace shows the request, its operation, the batch of each loader, and below it the round trips to Redis and the statements; the log has its id beside the request’s. Neither has the value of a variable, a key or a parameter.',
    ],
  };
}

const sectionOf = ({ name, expression, description }: Alert) =>
  [`## ${name}`, description, '```\n' + expression + '\n```'].join('\n\n');

function placeOf({ name }: Alert): string {
  const places = dashboards.flatMap(({ id, panels }) =>
    panels.flatMap(({ alerts = [], title }) => (alerts.includes(name) ? [`${code(id)}: ${title}`] : [])),
  );
  return places.join(', ');
}
