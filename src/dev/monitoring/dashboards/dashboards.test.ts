import { describe, expect, it } from 'vitest';
import { alertsOf, readRules, recordedBy } from '../alerts.ts';
import { namesIn } from '../expression.ts';
import { createKnown } from '../known-metrics.ts';
import { dashboards } from './dashboards.ts';

const rules = readRules();
const faultsOf = createKnown(recordedBy(rules));

describe.each(dashboards)('the dashboard $id', ({ panels }) => {
  it.each(panels)('asks for what there is: $title', ({ series }) => {
    for (const { expression, legend } of series) {
      expect(faultsOf(namesIn(expression))).toEqual([]);
      // What a legend names is there to be named.
      const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const { labels: grouping, metrics } = namesIn(expression);
      const isGrouped = /\b(sum|max|min)\b/.test(expression);
      expect(labels.filter((label) => isGrouped && !grouping.includes(label ?? ''))).toEqual([]);
      expect(metrics).not.toEqual([]);
    }
  });
});

it('every alert has a panel, and every panel names alerts that there are', () => {
  const shown = dashboards.flatMap(({ panels }) => panels.flatMap(({ alerts = [] }) => alerts));
  expect(shown.toSorted()).toEqual(
    alertsOf(rules)
      .map(({ name }) => name)
      .toSorted(),
  );
});
