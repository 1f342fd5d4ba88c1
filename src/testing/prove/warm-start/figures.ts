import type { Counter } from '../measures.ts';
import { readKeys, type KeysRead } from '../targets/keys-read.ts';

/** What a process tells Prometheus, at one moment. */
export interface Figures {
  /** Without any series where the process has none of it. */
  counter(name: string): Counter;
  /** Of all series that have these labels, whatever the others. */
  total(name: string, labels?: Readonly<Record<string, string>>): number;
  isTold(name: string): boolean;
}

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function readFigures(url: string): Promise<Figures> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const series = (await response.text()).split('\n').flatMap(parseLine);
  const of = (wanted: string) => series.filter(({ name }) => name === wanted);
  return {
    counter: (name) => ({ get: () => Promise.resolve({ values: of(name) }) }),
    total: (name, labels = {}) =>
      of(name)
        .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
    isTold: (name) => of(name).length > 0,
  };
}

function parseLine(line: string): readonly Series[] {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]);
  return [{ name, labels: Object.fromEntries(pairs) as Series['labels'], value: Number(value) }];
}

/** Where the keys of some policies were answered since the process began. */
export const keysReadBy = (figures: Figures, policies: readonly string[]): Promise<KeysRead> =>
  readKeys({ cacheReads: figures.counter('gateway_cache_reads_total') }, policies);

/** Keys that no cache had, of all policies; how many are read with one statement is another matter. */
export const keysLoadedBy = (figures: Figures): number =>
  figures.total('gateway_cache_reads_total', { tier: 'source' });

/** Statements of requests, of warming, of batches; watching the servers is not counted. */
export const statementsOf = (figures: Figures): number => figures.total('gateway_postgres_queries_total');
