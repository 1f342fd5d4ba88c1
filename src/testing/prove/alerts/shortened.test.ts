import { expect, it } from 'vitest';
import { alertsOf, readRules } from '../../../dev/monitoring/alerts.ts';
import { shortened, withShorterWindows } from './shortened.ts';

it('windows, offsets and waits are shorter', () => {
  expect(withShorterWindows('rate(a{b="[5m]"}[5m]) > max_over_time(c[1m] offset 1m)', 30)).toBe(
    'rate(a{b="[10000ms]"}[10000ms]) > max_over_time(c[2000ms] offset 2000ms)',
  );
});

it('nothing else of the shipped rules is', () => {
  const bare = (text: string) => text.replace(/\d+(ms|[smh])\b/g, '-');
  const [rules, copy] = [readRules(), shortened(readRules(), 30)];
  expect(bare(JSON.stringify(copy))).toBe(bare(JSON.stringify(rules)));
  expect(alertsOf(copy).map(({ after }) => after)).not.toEqual(alertsOf(rules).map(({ after }) => after));
});
