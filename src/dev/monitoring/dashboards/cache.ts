import { one, quantiles, rateBy, type Dashboard } from './dashboard.ts';

const reads = 'gateway_cache_reads_total';
const answered = '{outcome=~"hit|absent|stale|stale_error"}';
const read = '{tier="source",outcome=~"loaded|uncached|failed"}';

export const cache: Dashboard = {
  id: 'cache',
  title: 'Tributary: cache',
  panels: [
    {
      title: 'Hit ratio',
      about: 'Of all that is looked for.',
      unit: 'percentunit',
      series: one('gateway:cache_hit_ratio', 'all'),
      alerts: ['CacheHitRatioLow', 'CacheHitRatioCritical'],
      limit: 0.9,
    },
    {
      title: 'Hit ratio by policy',
      about: 'One that falls alone is asked for in a new way, or was given too short a life.',
      unit: 'percentunit',
      series: one(
        `sum by (policy) (rate(${reads}${answered}[$__rate_interval])) / (sum by (policy) (rate(${reads}${answered}[$__rate_interval])) + sum by (policy) (rate(${reads}${read}[$__rate_interval])))`,
        '{{policy}}',
      ),
    },
    {
      title: 'Reads by tier and outcome',
      about: 'What each means is in docs/metrics.md.',
      unit: 'cps',
      series: [rateBy('tier, outcome', reads)],
    },
    {
      title: 'Read from Postgres',
      about: 'By policy, whatever the reason.',
      unit: 'cps',
      series: [rateBy('policy', reads, { selector: read })],
    },
    {
      title: 'Waits for another reader',
      about: 'In the process (joined) and at another gateway (busy).',
      unit: 'cps',
      series: [rateBy('policy, outcome', reads, { selector: '{outcome=~"joined|busy"}' })],
    },
    {
      title: 'Stale answers',
      about: 'While they are refreshed, or because the source failed.',
      unit: 'cps',
      series: [
        { ...rateBy('policy, outcome', reads, { selector: '{outcome=~"stale|stale_error"}' }), isRare: true },
      ],
    },
    {
      title: 'Fills',
      about: 'By how the lease ended; refused: somebody wrote meanwhile.',
      unit: 'cps',
      series: [rateBy('outcome', 'gateway_cache_fills_total')],
    },
    {
      title: 'Invalidations',
      about: 'Queued ones wait for Redis, and are not read before.',
      unit: 'cps',
      series: [rateBy('outcome', 'gateway_cache_invalidations_total')],
    },
    {
      title: 'Memory of Redis',
      about: 'Share of what it may use.',
      unit: 'percentunit',
      series: one(
        'max by (role, node) (gateway_redis_memory_bytes / gateway_redis_memory_limit_bytes)',
        '{{role}} {{node}}',
      ),
      alerts: ['RedisMemoryHigh', 'RedisMemoryCritical'],
      limit: 0.8,
    },
    {
      title: 'Evictions',
      about: 'Keys a second; a server for state must have none.',
      unit: 'cps',
      series: one(
        'max by (role, node) (rate(gateway_redis_evicted_keys_total[$__rate_interval]))',
        '{{role}} {{node}}',
      ),
      alerts: ['RedisEvictions'],
      limit: 100,
    },
    {
      title: 'Duration of round trips to Redis',
      about: 'By the role of the server.',
      unit: 's',
      series: quantiles('gateway_redis_round_trip_seconds', [0.5, 0.99], 'role'),
      alerts: ['RedisSlow'],
      limit: 0.01,
    },
    {
      title: 'Round trips to Redis',
      about: 'Batches of commands, by the role of the server.',
      unit: 'cps',
      series: [rateBy('role', 'gateway_redis_round_trips_total')],
    },
    {
      title: 'Open breakers',
      about: 'Gateways that do not ask the server.',
      unit: 'short',
      series: one('sum by (role, node) (gateway_redis_breaker_open)', '{{role}} {{node}}'),
      alerts: ['RedisUnavailable'],
      limit: 1,
    },
    {
      title: 'Connections made to Redis',
      about: 'More than starts and failovers explain are cut by somebody.',
      unit: 'cps',
      series: [rateBy('role, node', 'gateway_redis_connections_total')],
    },
  ],
};
