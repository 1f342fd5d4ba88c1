import { expect, it } from 'vitest';
import { chartOf, roundAbove, shortOf, type Curve } from './curves.ts';

const curve = (label: string, ys: readonly number[]): Curve => ({
  label,
  isFaint: label === 'cold',
  points: ys.map((y, index) => ({ x: 2_000 * 10 ** index, y })),
});

const svg = chartOf({
  title: 'Rows & more',
  caption: 'In µs',
  panels: [{ title: 'list <of> µs', curves: [curve('warm', [50, 50, 100]), curve('cold', [900, 900, 900])] }],
  columns: 2,
});

const numbersIn = (pattern: RegExp) => [...svg.matchAll(pattern)].map(([, number]) => Number(number));

it('ten times as many is as far to the right each time, and what costs the same is as high', () => {
  const [one = 0, other = 0, third = 0, ...rest] = numbersIn(/<circle class="own" cx="([\d.]+)"/g);
  expect(third - other).toBeCloseTo(other - one, 0);
  expect(other - one).toBeGreaterThan(50);
  expect(rest).toEqual([]);
  const heights = numbersIn(/<circle class="own faint" .*? cy="([\d.]+)"/g);
  expect(heights).toHaveLength(3);
  expect(new Set(heights).size).toBe(1);
});

it('what costs twice as much is twice as far above the ground', () => {
  const ground = Math.max(...numbersIn(/<path class="grid" d="M[\d.]+ ([\d.]+)h/g));
  const [first = 0, , last = 0] = numbersIn(/<circle class="own" .*? cy="([\d.]+)"/g);
  expect((ground - last) / (ground - first)).toBeCloseTo(2, 1);
});

it('a chart names its places and values, says how it is drawn on a dark page, and loads nothing', () => {
  for (const text of ['>2,000<', '>200,000<', '>900<', 'list &lt;of&gt; µs', 'Rows &amp; more'])
    expect(svg).toContain(text);
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|@import|url\(/);
});

it.each([
  [0.8, 1],
  [7, 8],
  [97, 120],
  [100, 120],
  [1_999, 3_000],
])('a scale for %f goes up to %f', (value, highest) => {
  expect(roundAbove(value)).toBeCloseTo(highest);
});

it.each([
  [0.1234, '0.123'],
  [12.34, '12.3'],
  [4_321.4, '4,321'],
])('%f is written as %s', (value, text) => {
  expect(shortOf(value)).toBe(text);
});
