import { escaped, framed } from './frame.ts';

/** Something measured at several places. */
export interface Curve {
  readonly label: string;
  /** Drawn fainter: it is another case than the other one. */
  readonly isFaint: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Curves over the same places; at most two, for their values to be readable. */
export interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

export interface Chart {
  readonly title: string;
  /** What is plotted, and over what. */
  readonly caption: string;
  readonly panels: readonly Panel[];
  readonly columns: number;
}

const [width, top, margin] = [760, 60, 16];
const panelHeight = 196;
/** Around the curves of a panel: its title above, places below, the scale to the left. */
const inside = { left: 48, right: 34, top: 46, bottom: 32 } as const;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Panels side by side; each has a scale of its own that begins at 0, and its places by their logarithm. */
export function chartOf({ title, caption, panels, columns }: Chart): string {
  const panelWidth = (width - 2 * margin) / columns;
  const height = top + Math.ceil(panels.length / columns) * panelHeight + 8;
  const body = panels.map((panel, index) =>
    drawn(panel, {
      x: margin + (index % columns) * panelWidth + inside.left,
      y: top + Math.floor(index / columns) * panelHeight + inside.top,
      width: panelWidth - inside.left - inside.right,
      height: panelHeight - inside.top - inside.bottom,
    }),
  );
  return framed({ title, caption, width, height, body: body.join('\n') });
}

/** Where values of a panel are drawn. */
interface Plane {
  readonly box: Box;
  readonly toX: (x: number) => number;
  readonly toY: (y: number) => number;
}

function drawn({ title, curves }: Panel, box: Box): string {
  const points = curves.flatMap((curve) => curve.points);
  const places = [...new Set(points.map(({ x }) => x))].toSorted((one, other) => one - other);
  const highest = roundAbove(Math.max(...points.map(({ y }) => y), 0.001));
  const toY = (y: number) => box.y + box.height * (1 - y / highest);
  const plane = { box, toX: alongLogarithm(places, box), toY };
  const sorted = highestFirst(curves);
  return [
    text('label', box.x - inside.left + 8, box.y - 28, 'start', title),
    ...[0, highest / 2, highest].map((y) => gridLine(plane, y)),
    ...places.map((x) => text('tick', plane.toX(x), box.y + box.height + 22, 'middle', shortOf(x))),
    ...sorted.map((curve, place) => drawnCurve(plane, curve, sorted[place - 1])),
  ].join('\n');
}

function gridLine({ box, toY }: Plane, y: number): string {
  const line = `  <path class="grid" d="M${box.x.toFixed(1)} ${toY(y).toFixed(1)}h${box.width.toFixed(1)}"/>`;
  return `${line}\n${text('tick', box.x - 6, toY(y) + 4, 'end', shortOf(y))}`;
}

function drawnCurve({ toX, toY }: Plane, { label, isFaint, points }: Curve, above?: Curve): string {
  const faint = isFaint ? ' faint' : '';
  const line = points.map(({ x, y }) => `${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`);
  const last = points.at(-1);
  const hasRoomAbove = (x: number, y: number) => {
    const upper = above?.points.find((point) => point.x === x);
    return upper === undefined || toY(y) - toY(upper.y) > roomOfText;
  };
  return [
    `  <path class="line${faint}" d="M${line.join('L')}"/>`,
    ...points.map(
      ({ x, y }) =>
        `  <circle class="own${faint}" cx="${toX(x).toFixed(1)}" cy="${toY(y).toFixed(1)}" r="3.5"/>`,
    ),
    ...points.map(({ x, y }) =>
      text('figure', toX(x), toY(y) + (hasRoomAbove(x, y) ? -8 : 17), 'middle', shortOf(y)),
    ),
    ...(last === undefined ? [] : [text('tick', toX(last.x) + 8, toY(last.y) + 4, 'start', label)]),
  ].join('\n');
}

const roomOfText = 26;

const text = (kind: string, x: number, y: number, anchor: string, content: string) =>
  `  <text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(content)}</text>`;

/** By where they end. */
const highestFirst = (curves: readonly Curve[]): readonly Curve[] =>
  curves.toSorted((one, other) => (other.points.at(-1)?.y ?? 0) - (one.points.at(-1)?.y ?? 0));

function alongLogarithm(places: readonly number[], box: Box): (x: number) => number {
  const [first, last] = [Math.log(places[0] ?? 1), Math.log(places.at(-1) ?? 1)];
  const reach = last - first;
  // No point stands on the edge.
  const [from, over] = [box.x + 18, box.width - 36];
  return (x) => (reach === 0 ? from + over / 2 : from + (over * (Math.log(x) - first)) / reach);
}

const steps = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10] as const;

/** The next number that is easily read, with room for a value above the highest point. */
export function roundAbove(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  return size * (steps.find((step) => step * size >= value * 1.05) ?? 12);
}

/** With three places that say something, or all that are before the point. */
export const shortOf = (value: number): string =>
  value.toLocaleString('en', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
