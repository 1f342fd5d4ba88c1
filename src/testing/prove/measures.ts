export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Percentiles by nearest rank, rounded to hundredths; all zero for no values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number) => rounded(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0);
  return {
    count: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}

export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A metric, as its library or a page of metrics tells it. */
export interface Counter {
  get(): Promise<{
    readonly values: readonly {
      readonly value: number;
      readonly labels: Readonly<Partial<Record<string, string | number>>>;
    }[];
  }>;
}

/** The sum of a counter over the series that have these labels. */
export async function totalOf(counter: Counter, labels: Readonly<Record<string, string>>): Promise<number> {
  const { values } = await counter.get();
  return values
    .filter((series) => Object.entries(labels).every(([name, value]) => series.labels[name] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
