/** A page of Grafana, as far as ours differ from each other. */
export interface Dashboard {
  /** Its address and its file. */
  readonly id: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  /** What to see in it. */
  readonly about: string;
  /** Grafana's names: seconds, a share of 1, something a second, bytes, a number. */
  readonly unit: 's' | 'percentunit' | 'cps' | 'bytes' | 'short';
  readonly series: readonly Series[];
  /** Alerts whose condition it shows. */
  readonly alerts?: readonly string[];
  /** Where the first of them fires. */
  readonly limit?: number;
}

export interface Series {
  readonly expression: string;
  /** With labels in double braces. */
  readonly legend: string;
  /** There is none before it has happened once, and it need not. */
  readonly isRare?: true;
}

export const one = (expression: string, legend: string): readonly Series[] => [{ expression, legend }];

/** What has happened in a second, by labels. */
export const rateBy = (labels: string, metric: string, { selector = '', legend = '' } = {}): Series => ({
  expression: `sum by (${labels}) (rate(${metric}${selector}[$__rate_interval]))`,
  legend: legend === '' ? legendOf(labels) : legend,
});

/** Quantiles of a histogram, by labels where some are given. */
export const quantiles = (metric: string, ranks: readonly number[], labels = ''): readonly Series[] =>
  ranks.map((rank) => ({
    expression: `histogram_quantile(${rank}, sum by (${['le', ...split(labels)].join(', ')}) (rate(${metric}_bucket[$__rate_interval])))`,
    legend: [`p${rank * 100}`, legendOf(labels)].filter((part) => part !== '').join(' '),
  }));

const split = (labels: string) => labels.split(', ').filter((label) => label !== '');
const legendOf = (labels: string) =>
  split(labels)
    .map((label) => `{{${label}}}`)
    .join(' ');
