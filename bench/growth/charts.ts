import type { Chart, Curve, Panel } from '../report/curves.ts';
import { pointsOf, reachOf, workloadsOf, type Dimension, type Point } from './points.ts';

type Charts = Readonly<Record<string, Chart>>;

/** A figure of a point, and how it is called. */
interface Measure {
  readonly name: string;
  readonly of: (point: Point) => number;
}

const cpu: Measure = { name: 'CPU, µs', of: ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest };
const perSecond: Measure = { name: 'requests/s', of: ({ requestsPerSecond }) => requestsPerSecond };
const p50: Measure = { name: 'p50, ms', of: ({ p50Ms }) => p50Ms };
const p99: Measure = { name: 'p99, ms', of: ({ p99Ms }) => p99Ms };

/** By the names of their files, without what was not measured. */
export function chartsOf(points: readonly Point[]): Charts {
  const panels = (dimension: Dimension, measures: readonly Measure[]): readonly Panel[] =>
    workloadsOf(points, dimension).flatMap((workload) =>
      measures.map((measure) => panelOf(pointsOf(points, dimension, workload), workload, measure)),
    );
  const charts: Charts = {
    'growth-rows-cpu.svg': {
      title: 'Processor time of a request, with more rows',
      caption: 'In µs, over how many different things can be asked for. Faint: nothing comes from a cache.',
      panels: panels('rows', [cpu]),
      columns: 2,
    },
    'growth-rows-p99.svg': {
      title: 'The slowest request of a hundred, with more rows',
      caption:
        'p99 in ms, over how many different things can be asked for. Faint: nothing comes from a cache.',
      panels: panels('rows', [p99]),
      columns: 2,
    },
    'growth-clients.svg': {
      title: 'One process with more clients',
      caption: 'Over how many connections ask without a rest. Faint: nothing comes from a cache.',
      panels: panels('clients', [perSecond, p50, p99]),
      columns: 3,
    },
    'growth-processes.svg': {
      title: 'More processes',
      caption:
        'Over how many processes of the gateway are asked in turns. Faint: nothing comes from a cache.',
      panels: panels('processes', [perSecond, cpu]),
      columns: 2,
    },
  };
  return Object.fromEntries(Object.entries(charts).filter(([, { panels: all }]) => all.length > 0));
}

function panelOf(points: readonly Point[], workload: string, { name, of }: Measure): Panel {
  const temperatures = [...new Set(points.map(({ temperature }) => temperature))];
  const curves = temperatures.map((temperature): Curve => {
    const own = points.filter((point) => point.temperature === temperature);
    return {
      label: temperature,
      isFaint: temperature === 'cold',
      points: own.map((point) => ({ x: reachOf(point), y: of(point) })),
    };
  });
  return { title: `${workload}: ${name}`, curves };
}
