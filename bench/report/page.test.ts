import { expect, it } from 'vitest';
import { exampleRow } from './example-rows.ts';
import { pageOf } from './page.ts';
import { plotOf } from './plots.ts';
import { svgOf } from './svg.ts';
import { markdownOf, tableOf } from './table.ts';

const rows = [
  exampleRow({ cpuMicrosPerRequest: 200, temperature: 'cold', sqlPerRequest: 3 }),
  exampleRow({ stack: 'bare', cpuMicrosPerRequest: 20, requestsPerSecond: 30_000 }),
  exampleRow({ stack: 'apollo', cpuMicrosPerRequest: 400, writes: 10, staleReads: 7, failed: 2 }),
];

it('a table is sorted by what a request takes, beside a bare server', () => {
  const [head, ...lines] = tableOf(rows);
  const cell = (name: string) => lines.map((line) => line[head?.indexOf(name) ?? -1]);
  expect(lines.map(([stack]) => stack)).toEqual(['bare', 'tributary', 'apollo']);
  expect(cell('of bare')).toEqual(['1.0 ×', '10.0 ×', '20.0 ×']);
  expect(cell('stale reads')).toEqual(['', '', '7 (2 failed)']);
});

it('a table in Markdown has numbers to the right', () => {
  const table = [
    ['what', 'µs'],
    ['a', '9.0'],
    ['b', '10.0'],
  ];
  expect(markdownOf(table)).toBe('| what |   µs |\n| ---- | ---: |\n| a    |  9.0 |\n| b    | 10.0 |');
});

it('the longest bar is the dearest, and the gateway’s own stands out', () => {
  const svg = svgOf(plotOf('list', '20 <products> & "more"', rows));
  const bars = [...svg.matchAll(/<rect class="(own|peer|measure)( faint)?" .* width="([\d.]+)"/g)];
  expect(bars.map(([, kind, faint]) => [kind, faint !== undefined])).toEqual([
    ['measure', false],
    ['own', true],
    ['peer', false],
  ]);
  const [bareWidth, ownWidth, peerWidth] = bars.map(([, , , width]) => Number(width));
  expect(ownWidth).toBeCloseTo((peerWidth ?? 0) / 2, 0);
  expect(bareWidth).toBeCloseTo((peerWidth ?? 0) / 20, 0);
  expect(svg).toContain('20 &lt;products&gt; &amp; &quot;more&quot;');
});

it('a plot says how it is drawn on a dark page, and loads nothing', () => {
  const svg = svgOf(plotOf('list', 'a list', rows));
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|@import|url\(/);
});

it('a page has a plot and a table of what was measured, and nothing of the rest', () => {
  const page = pageOf({
    rows,
    workloads: [
      { name: 'list', about: 'A list.' },
      { name: 'redirect', about: 'A redirect.' },
    ],
    stacks: [{ name: 'bare', about: 'nothing else' }],
    cores: undefined,
    seconds: 100,
    loadBefore: 0.25,
    isReference: true,
  });
  expect(page).toContain('![list: processor time of a request](list.svg)');
  expect(page).not.toContain('A redirect.');
  expect(page).toContain('`taskset` is not there');
});
