import { one, quantiles, rateBy, type Dashboard } from './dashboard.ts';

export const overview: Dashboard = {
  id: 'overview',
  title: 'Tributary: overview',
  panels: [
    {
      title: 'Processes that answer',
      about: 'One less for long is one that does not come back.',
      unit: 'short',
      series: one('sum by (job) (up{job=~"gateway|worker"})', '{{job}}'),
      alerts: ['GatewayDown'],
    },
    {
      title: 'HTTP requests',
      about: 'By route and status; 499 is a client that left before its answer.',
      unit: 'cps',
      series: [rateBy('route, status', 'gateway_http_requests_total')],
    },
    {
      title: 'Failed for a reason of ours',
      about: 'Shares of all operations, and of all HTTP requests.',
      unit: 'percentunit',
      series: [
        {
          expression:
            'sum(rate(gateway_graphql_operations_total{outcome="failed"}[$__rate_interval])) / sum(rate(gateway_graphql_operations_total[$__rate_interval]))',
          legend: 'operations',
        },
        {
          expression:
            'sum(rate(gateway_http_requests_total{status=~"5..",route!~"/(healthz|readyz|metrics)"}[$__rate_interval])) / sum(rate(gateway_http_requests_total{route!~"/(healthz|readyz|metrics)"}[$__rate_interval]))',
          legend: 'HTTP requests',
        },
      ],
      alerts: ['FailedOperations', 'FailedHttpRequests'],
      limit: 0.001,
    },
    {
      title: 'Errors by code',
      about: 'What each means is in docs/errors.md.',
      unit: 'cps',
      series: [rateBy('code', 'gateway_graphql_errors_total')],
    },
    {
      title: 'Duration of operations',
      about: 'From the parsed request to its answer.',
      unit: 's',
      series: quantiles('gateway_graphql_operation_seconds', [0.5, 0.95, 0.99]),
      alerts: ['SlowOperations'],
      limit: 0.1,
    },
    {
      title: 'Slowest operations',
      about: 'Ten of them, by name.',
      unit: 's',
      series: quantiles('gateway_graphql_operation_seconds', [0.95], 'operation').map((series) => ({
        ...series,
        expression: `topk(10, ${series.expression})`,
      })),
    },
    {
      title: 'Slowest resolvers',
      about: 'Ten of them, of the operations that are sampled.',
      unit: 's',
      series: quantiles('gateway_graphql_resolver_seconds', [0.95], 'field').map((series) => ({
        ...series,
        expression: `topk(10, ${series.expression})`,
      })),
    },
    {
      title: 'Duration of HTTP requests',
      about: 'By route; redirects from memory are not timed.',
      unit: 's',
      series: quantiles('gateway_http_request_seconds', [0.95], 'route'),
    },
    {
      title: 'Refused',
      about: 'For their price, for a quota, or because a document is not registered.',
      unit: 'cps',
      series: [
        { ...rateBy('reason', 'gateway_rate_limit_refusals_total'), isRare: true },
        { ...rateBy('counter', 'gateway_quota_refusals_total'), isRare: true },
        { ...rateBy('action', 'gateway_untrusted_documents_total'), isRare: true },
      ],
    },
    {
      title: 'Processor',
      about: 'One is what a process can use for answers.',
      unit: 'percentunit',
      series: one('rate(gateway_process_cpu_seconds_total[$__rate_interval])', '{{job}} {{instance}}'),
      alerts: ['ProcessBusy'],
      limit: 0.8,
    },
    {
      title: 'Lag of the event loop',
      about: 'Every request waits for it.',
      unit: 's',
      series: one('gateway_nodejs_eventloop_lag_p99_seconds', '{{job}} {{instance}}'),
      alerts: ['EventLoopLate'],
      limit: 0.1,
    },
    {
      title: 'Memory',
      about: 'Of the process, and of that the heap in use.',
      unit: 'bytes',
      series: [
        ...one('gateway_process_resident_memory_bytes', '{{job}} {{instance}}'),
        ...one('gateway_nodejs_heap_size_used_bytes', 'heap, {{job}} {{instance}}'),
      ],
    },
    {
      title: 'Garbage collection',
      about: 'Share of the time.',
      unit: 'percentunit',
      series: [rateBy('job, instance', 'gateway_nodejs_gc_duration_seconds_sum')],
    },
  ],
};
