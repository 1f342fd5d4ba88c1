import { shownKey, type Asked } from './asked.ts';
import type { Seen, SeenCost } from './sending.ts';

/** What the metric has counted while one operation was answered. */
export interface Observed {
  /** What came of it, as the metric has it. */
  readonly outcome: string;
  readonly count: number;
  /** In points. */
  readonly sum: number;
}

/** `Query.rateLimit`, as a query has asked for it. */
interface ShownByField {
  readonly cost: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: string;
}

interface Answered {
  readonly asked: Asked;
  readonly seen: Seen;
  readonly observed: Observed;
  /** What was left to the asker before; undefined where that is not known. */
  readonly before: Left | undefined;
}

type Left = Pick<SeenCost, 'remaining' | 'resetAt'>;

export interface Compared {
  /** Why it was refused; undefined where it was not. */
  readonly code: string | undefined;
  /** Where the places show other numbers than each other, or than what was reckoned apart; one line each. */
  readonly differences: readonly string[];
  /** What was left then, for the next answer to go on from; undefined where it is not shown. */
  readonly left: Left | undefined;
}

/**
 * Compares all places that show what one operation cost: the field, the extensions, the headers, the metric and what was
 * left to the asker before.
 */
export function compare(answered: Answered): Compared {
  const { asked, seen, observed } = answered;
  const cost = seen.body.extensions?.cost;
  const pairs = [
    ['the metric counts', observed.count, 1],
    ['the metric and the price', observed.sum, asked.price ?? 1],
    ...(cost === undefined ? ofNothing(seen) : ofCost(answered, cost)),
  ] as const;
  const left = cost === undefined ? undefined : { remaining: cost.remaining, resetAt: cost.resetAt };
  return { code: refusalOf(seen), differences: differing(pairs), left };
}

/** What fails while it is executed is null, and not absent. */
function refusalOf({ body }: Seen): string | undefined {
  return 'data' in body ? undefined : (body.errors?.[0]?.extensions?.code ?? 'none');
}

/** What should be the same, and of what. */
type Pair = readonly [what: string, one: unknown, other: unknown];

/** Over a WebSocket a refusal is nothing but its errors. */
const ofNothing = (seen: Seen): readonly Pair[] => [
  ['has no extensions, and may have none', true, refusalOf(seen) !== undefined && seen.headers === undefined],
];

function ofCost({ asked, seen, observed, before }: Answered, cost: SeenCost): readonly Pair[] {
  const { data } = seen.body;
  const price = asked.price ?? 1;
  const isExecuted = observed.outcome === 'executed';
  const taken = isExecuted ? asked.priceOf(data) : 1;
  const field = data?.[shownKey] as ShownByField | null | undefined;
  return [
    ['the extensions and the price', cost.requested, price],
    ['what was taken and what the answer came to', cost.actual, taken],
    ['what was taken beyond the price', Math.max(0, cost.actual - price), 0],
    ...(field == null ? [] : inField(field, cost, isExecuted ? price - taken : 0)),
    ...(seen.headers === undefined ? [] : inHeaders(seen.headers, cost, price)),
    ...(before?.resetAt === cost.resetAt ? inTurn(before, cost) : []),
  ];
}

const inTurn = (before: Left, { actual, remaining }: SeenCost): readonly Pair[] => [
  ['what is left', before.remaining - actual, remaining],
];

/** The field was answered before anything was given back. */
function inField(field: ShownByField, cost: SeenCost, givenBack: number): readonly Pair[] {
  return [
    ['the field and the price', field.cost, cost.requested],
    ['the limit in the field and the extensions', field.limit, cost.limit],
    ['the window in the field and the extensions', field.resetAt, cost.resetAt],
    ['what is left in the field and the extensions', field.remaining + givenBack, cost.remaining],
  ];
}

function inHeaders(headers: Headers, { limit, remaining }: SeenCost, price: number): readonly Pair[] {
  const header = (name: string) => Number(headers.get(`ratelimit-${name}`));
  return [
    ['the header and the price', header('cost'), price],
    ['the limit in the header', header('limit'), limit],
    ['what is left in the header', header('remaining'), remaining],
  ];
}

const differing = (pairs: readonly Pair[]): readonly string[] =>
  pairs.flatMap(([what, one, other]) =>
    one === other ? [] : [`${what}: ${String(one)} and ${String(other)}`],
  );
