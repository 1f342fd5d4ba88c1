import { expect, it } from 'vitest';
import { exampleRow } from '../report/example-rows.ts';
import { chartsOf } from './charts.ts';
import { growthPageOf } from './page.ts';
import type { Point } from './points.ts';
import { fullGrowth, quickGrowth, sizesAt } from './scale.ts';
import { tableOf } from './table.ts';

const point = (values: Partial<Point>): Point => ({
  ...{ dimension: 'rows', times: 1, keys: 50, connections: 32, processes: 1 },
  ...exampleRow({ stack: 'tributary' }),
  ...values,
});

const rows = [
  point({ keys: 500, cpuMicrosPerRequest: 110, requestsPerSecond: 9_000 }),
  point({ keys: 50, cpuMicrosPerRequest: 100, requestsPerSecond: 10_000 }),
  point({ keys: 50, cpuMicrosPerRequest: 1_000, temperature: 'cold', failed: 3 }),
  point({ keys: 500, cpuMicrosPerRequest: 4_000, temperature: 'cold' }),
];

it('a table tells each curve from its beginning, as multiples of that', () => {
  const [head, ...lines] = tableOf(rows);
  expect(head?.slice(0, 6)).toEqual(['keys', '', 'CPU µs', 'of the first', 'requests/s', 'of the first']);
  expect(lines.map((cells) => [...cells.slice(0, 2), cells[3], cells[5], cells.at(-1)])).toEqual([
    ['50', 'warm', '1.00 ×', '1.00 ×', ''],
    ['500', 'warm', '1.10 ×', '0.90 ×', ''],
    ['50', 'cold', '1.00 ×', '1.00 ×', '3'],
    ['500', 'cold', '4.00 ×', '1.00 ×', ''],
  ]);
});

it('clients and processes are told by how many there are', () => {
  expect(tableOf([point({ dimension: 'clients', connections: 128 })])[1]?.[0]).toBe('128');
  expect(tableOf([point({ dimension: 'processes', processes: 2 })])[1]?.[0]).toBe('2');
});

it('a chart has a panel for each workload and figure, and a curve for each temperature', () => {
  const charts = chartsOf([...rows, point({ dimension: 'clients' })]);
  expect(Object.keys(charts)).toEqual(['growth-rows-cpu.svg', 'growth-rows-p99.svg', 'growth-clients.svg']);
  const [panel, ...others] = charts['growth-rows-cpu.svg']?.panels ?? [];
  expect(others).toEqual([]);
  expect(panel?.curves.map(({ label, isFaint }) => [label, isFaint])).toEqual([
    ['warm', false],
    ['cold', true],
  ]);
  expect(charts['growth-clients.svg']?.panels).toHaveLength(3);
});

it('a page says what processes share', () => {
  const page = (server: readonly string[]) =>
    growthPageOf({
      ...{ points: rows, scale: fullGrowth, seconds: 600, loadBefore: 0.25, date: '2026-11-22' },
      ...{ isReference: true, cores: { server, rest: '2' } },
    });
  expect(page(['0'])).toContain('**They share one core**');
  expect(page(['0', '1'])).toContain('Each has a core of its own');
  expect(page(['0'])).toContain('2026-11-22');
  expect(page(['0'])).toContain('### Rows: list');
});

it.each([fullGrowth, quickGrowth])(
  'every size is ten times the one before, and one is the middle',
  (scale) => {
    const [one, ten, hundred] = scale.times.map((times) => sizesAt(scale, times));
    for (const name of ['products', 'users', 'links'] as const) {
      expect(ten?.[name]).toBe(10 * (one?.[name] ?? 0));
      expect(hundred?.[name]).toBe(10 * (ten?.[name] ?? 0));
    }
    expect(scale.times).toContain(scale.middle);
  },
);
