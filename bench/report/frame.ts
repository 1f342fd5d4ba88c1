interface Frame {
  readonly title: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** A picture with its title, readable on light and on dark pages; nothing is loaded from anywhere. */
export function framed({ title, caption, width, height, body }: Frame): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
${style}
  <rect class="page" width="${width}" height="${height}" rx="8"/>
  <text class="title" x="16" y="27">${escaped(title)}</text>
  <text class="caption" x="16" y="46">${escaped(caption)}</text>
${body}
</svg>
`;
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
    .tick { font-size: 11px; fill: #52606d; }
    .figure { font-size: 11px; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; }
    .grid { stroke: #d3d9df; fill: none; }
    .line { stroke: #0b6e99; stroke-width: 2; fill: none; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .caption { fill: #9aa5b1; }
      .page { fill: #11161c; }
      .own { fill: #4fb3d9; }
      .peer { fill: #8b97a4; }
      .measure { fill: #cbd2d9; }
      .tick { fill: #9aa5b1; }
      .figure { stroke: #11161c; }
      .grid { stroke: #2a323b; }
      .line { stroke: #4fb3d9; }
    }
  </style>`;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
