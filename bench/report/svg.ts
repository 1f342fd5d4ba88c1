import { escaped, framed } from './frame.ts';

/** One bar of a plot. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What is written at its end. */
  readonly text: string;
  /** The gateway's own, a peer's, or what both are measured by. */
  readonly kind: 'own' | 'peer' | 'measure';
  /** Drawn fainter: it is another case than the others. */
  readonly isFaint: boolean;
}

export interface Plot {
  readonly title: string;
  /** What is plotted, and which way is better. */
  readonly caption: string;
  readonly bars: readonly Bar[];
}

const width = 760;
const labelWidth = 170;
/** For the text behind the longest bar. */
const textWidth = 120;
const barHeight = 18;
const gap = 8;
const top = 62;
const fullBar = width - labelWidth - textWidth - 24;

/** Horizontal bars. */
export function svgOf({ title, caption, bars }: Plot): string {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const height = top + bars.length * (barHeight + gap) + 12;
  const body = bars.map((bar, index) => drawn(bar, top + index * (barHeight + gap), longest)).join('\n');
  return framed({ title, caption, width, height, body });
}

function drawn({ label, value, text, kind, isFaint }: Bar, y: number, longest: number): string {
  // Even the least is seen.
  const length = Math.max(1, (value / longest) * fullBar).toFixed(1);
  const baseline = y + barHeight - 5;
  const end = (labelWidth + Number(length) + 8).toFixed(1);
  return [
    `  <text class="label" x="${labelWidth - 8}" y="${baseline}" text-anchor="end">${escaped(label)}</text>`,
    `  <rect class="${kind}${isFaint ? ' faint' : ''}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3"/>`,
    `  <text class="value" x="${end}" y="${baseline}">${escaped(text)}</text>`,
  ].join('\n');
}
