import { describe, expect, it } from 'vitest';
import { namesIn } from './expression.ts';
import { createKnown } from './known-metrics.ts';

describe('an expression', () => {
  it('names metrics, the labels that select them, and those that group them', () => {
    const text = `histogram_quantile(0.95, sum by (le, role) (rate(one_bucket{job=~"a|b",node="x{}"}[5m]))) > 0.1
      and on () max without (node) (two offset 1m) / on (role) group_left three:four`;
    expect(namesIn(text)).toEqual({
      metrics: [
        { name: 'one_bucket', labels: ['job', 'node'] },
        { name: 'two', labels: [] },
        { name: 'three:four', labels: [] },
      ],
      labels: ['le', 'role', 'node', 'role'],
    });
  });

  it('with a function that nobody knows is refused', () => {
    expect(() => namesIn('ratio(up)')).toThrow('ratio is no function');
  });
});

describe('a name that nothing has is found', () => {
  const faultsOf = createKnown(['gateway:recorded']);
  it.each([
    ['gateway_invented_total', ['there is no metric gateway_invented_total']],
    ['gateway_jobs_total{tasks="x"}', ['gateway_jobs_total has no label tasks']],
    ['sum by (nodes) (gateway_postgres_node_up)', ['nothing here has nodes']],
    ['gateway_job_seconds', ['there is no metric gateway_job_seconds']],
    ['rate(gateway_job_seconds_count{le="1"}[5m])', ['gateway_job_seconds_count has no label le']],
  ])('in %s', (text, faults) => {
    expect(faultsOf(namesIn(text))).toEqual(faults);
  });

  it.each([
    'up{job="gateway"}',
    'gateway:recorded',
    'rate(gateway_process_cpu_seconds_total[1m])',
    'sum by (le, task) (rate(gateway_job_seconds_bucket[5m]))',
  ])('and %s passes', (text) => {
    expect(faultsOf(namesIn(text))).toEqual([]);
  });
});
