import { one, quantiles, rateBy, type Dashboard } from './dashboard.ts';

export const workers: Dashboard = {
  id: 'workers',
  title: 'Tributary: workers',
  panels: [
    {
      title: 'Counts not yet written',
      about: 'A saw is as it should be; a slope is not.',
      unit: 'short',
      series: one('max by (buffer) (gateway_write_behind_backlog)', '{{buffer}}'),
      alerts: ['WriteBehindGrowing'],
    },
    {
      title: 'Age of the oldest count',
      about: 'That is in Redis and not in Postgres.',
      unit: 's',
      series: one('max by (buffer) (gateway_write_behind_oldest_seconds)', '{{buffer}}'),
    },
    {
      title: 'Batches written',
      about: 'Repeated ones had no effect the second time.',
      unit: 'cps',
      series: [rateBy('buffer, outcome', 'gateway_write_behind_batches_total')],
    },
    {
      title: 'Counts dropped',
      about: 'Because Redis was away for too long.',
      unit: 'cps',
      series: [{ ...rateBy('buffer', 'gateway_write_behind_dropped_total'), isRare: true }],
    },
    {
      title: 'Logs that are followed',
      about: 'One for each cluster of Postgres.',
      unit: 'short',
      series: one('sum(gateway_backstop_active)', 'followed'),
      alerts: ['BackstopNotFollowed'],
    },
    {
      title: 'From a commit to the caches',
      about: 'Of what others than gateways write.',
      unit: 's',
      series: one('max(gateway_backstop_lag_seconds)', 'late'),
      alerts: ['BackstopLate'],
      limit: 2,
    },
    {
      title: 'Faults of the server’s settings',
      about: 'As the follower of the log needs them; docs/configuration.md names them.',
      unit: 'short',
      series: one('max by (fault) (gateway_backstop_fault)', '{{fault}}'),
      alerts: ['BackstopFault'],
      limit: 1,
    },
    {
      title: 'Followed',
      about: 'Transactions, and the keys that they made leave the caches.',
      unit: 'cps',
      series: [
        ...one('sum(rate(gateway_backstop_transactions_total[$__rate_interval]))', 'transactions'),
        rateBy('policy', 'gateway_backstop_invalidated_keys_total', { legend: 'keys of {{policy}}' }),
        { ...rateBy('kind', 'gateway_backstop_errors_total', { legend: 'errors: {{kind}}' }), isRare: true },
      ],
    },
    {
      title: 'Leaders for chores',
      about: 'One, and for a moment two.',
      unit: 'short',
      series: one('sum(gateway_upkeep_active)', 'leaders'),
      alerts: ['NoLeaderForChores'],
    },
    {
      title: 'Chores',
      about: 'By how they ended.',
      unit: 'cps',
      series: [rateBy('chore, outcome', 'gateway_upkeep_runs_total')],
    },
    {
      title: 'Age of the oldest job',
      about: 'That is due and that nobody has begun.',
      unit: 's',
      series: one('max by (task) (gateway_jobs_oldest_seconds)', '{{task}}'),
      alerts: ['JobsWaiting'],
      limit: 300,
    },
    {
      title: 'Jobs in the queue',
      about: 'Due, later, or under way.',
      unit: 'short',
      series: one('max by (task, state) (gateway_jobs_queued)', '{{task}} {{state}}'),
    },
    {
      title: 'Attempts at jobs',
      about: 'By how they ended.',
      unit: 'cps',
      series: [{ ...rateBy('task, outcome', 'gateway_jobs_total'), isRare: true }],
    },
    {
      title: 'Duration of attempts',
      about: 'Most of it is the provider’s.',
      unit: 's',
      series: quantiles('gateway_job_seconds', [0.95], 'task').map((series) => ({
        ...series,
        isRare: true as const,
      })),
    },
    {
      title: 'Messages handed to providers',
      about: 'Refused for good, or to be tried again.',
      unit: 'cps',
      series: [{ ...rateBy('way, outcome', 'gateway_provider_sends_total'), isRare: true }],
    },
  ],
};
