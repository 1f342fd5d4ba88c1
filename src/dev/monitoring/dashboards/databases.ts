import { one, quantiles, rateBy, type Dashboard } from './dashboard.ts';

export const databases: Dashboard = {
  id: 'databases',
  title: 'Tributary: databases',
  panels: [
    {
      title: 'Nodes that answer',
      about: '0 where any gateway cannot reach it.',
      unit: 'short',
      series: one('min by (node) (gateway_postgres_node_up)', '{{node}}'),
      alerts: ['PostgresNodeDown'],
    },
    {
      title: 'The primary',
      about: 'Which node it is, by the number of processes that think so.',
      unit: 'short',
      series: one('sum by (node) (gateway_postgres_node_role{role="primary"})', '{{node}}'),
    },
    {
      title: 'Statements',
      about: 'By node; a primary that answers reads has replicas that lag or are down.',
      unit: 'cps',
      series: [rateBy('node', 'gateway_postgres_queries_total')],
    },
    {
      title: 'Duration of statements',
      about: 'By node.',
      unit: 's',
      series: quantiles('gateway_postgres_query_seconds', [0.5, 0.95], 'node'),
    },
    {
      title: 'Pools in use',
      about: 'The fullest one of all processes, by node.',
      unit: 'percentunit',
      series: one('max by (node) (gateway_postgres_pool_used / gateway_postgres_pool_size)', '{{node}}'),
      alerts: ['PostgresPoolBusy'],
      limit: 0.8,
    },
    {
      title: 'Waiting for a connection',
      about: 'Callers, when last sampled.',
      unit: 'short',
      series: one('sum by (node) (gateway_postgres_pool_waiting)', '{{node}}'),
    },
    {
      title: 'Waits for a connection',
      about: 'Of those who had to, given one or not.',
      unit: 's',
      series: quantiles('gateway_postgres_pool_wait_seconds', [0.95], 'node'),
    },
    {
      title: 'Turned away',
      about: 'Callers who got no connection in time.',
      unit: 'cps',
      series: [rateBy('node', 'gateway_postgres_shed_total')],
      alerts: ['PostgresTurnsAway'],
    },
    {
      title: 'Lag of replicas',
      about: 'For how long the primary has had what the replica lacks.',
      unit: 's',
      series: one('max by (node) (gateway_postgres_replica_lag_seconds)', '{{node}}'),
      alerts: ['ReplicaLag'],
      limit: 1,
    },
    {
      title: 'Lag of replicas in the log',
      about: 'How much of it is still to be replayed.',
      unit: 'bytes',
      series: one('max by (node) (gateway_postgres_replica_lag_bytes)', '{{node}}'),
    },
  ],
};
