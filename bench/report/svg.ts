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

/** Horizontal bars, readable on light and on dark pages; nothing is loaded from anywhere. */
export function svgOf({ title, caption, bars }: Plot): string {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const height = top + bars.length * (barHeight + gap) + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
${style}
  <rect class="page" width="${width}" height="${height}" rx="8"/>
  <text class="title" x="16" y="27">${escaped(title)}</text>
  <text class="caption" x="16" y="46">${escaped(caption)}</text>
${bars.map((bar, index) => drawn(bar, top + index * (barHeight + gap), longest)).join('\n')}
</svg>
`;
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

/** Contrasts of 4.5 and more for texts, 3 and more for bars, but for those that are to be faint. */
const style = `  <style>
    text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; font-size: 13px; fill: #1f2933; }
    .title { font-size: 16px; font-weight: 600; }
    .caption { font-size: 12px; fill: #52606d; }
    .page { fill: #ffffff; }
    .own { fill: #0b6e99; }
    .peer { fill: #7b8794; }
    .measure { fill: #3e4c59; }
    .faint { opacity: 0.55; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .caption { fill: #9aa5b1; }
      .page { fill: #11161c; }
      .own { fill: #4fb3d9; }
      .peer { fill: #8b97a4; }
      .measure { fill: #cbd2d9; }
    }
  </style>`;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
