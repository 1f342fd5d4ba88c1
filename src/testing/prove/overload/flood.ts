import { pause } from '../stage.ts';

/** What became of one request of a flood. */
interface Outcome {
  readonly kind: 'answered' | 'shed' | 'other';
  readonly ms: number;
  /** What it was where it is neither. */
  readonly fault?: string;
}

export interface FloodFound {
  readonly answeredMs: readonly number[];
  /** Of the requests that came in the last fifth of the flood. */
  readonly lateAnsweredMs: readonly number[];
  /** Refused with the code, and with when to come again. */
  readonly shedMs: readonly number[];
  readonly others: readonly string[];
}

export interface Flood {
  readonly url: string;
  /** Each is asked for once. */
  readonly ids: readonly string[];
  readonly perSecond: number;
}

const everyMs = 25;
const document = 'query ($id: ID!) { product(id: $id) { name } }';

/** Requests come at their rate, whatever became of those before: clients of a site do not wait for each other. */
export async function flood({ url, ids, perSecond }: Flood): Promise<FloodFound> {
  const startedAt = performance.now();
  const under: Promise<Outcome>[] = [];
  while (under.length < ids.length) {
    const due = Math.min(ids.length, Math.ceil(((performance.now() - startedAt) / 1_000) * perSecond));
    for (const id of ids.slice(under.length, due)) under.push(askOnce(url, id));
    await pause(everyMs);
  }
  const outcomes = await Promise.all(under);
  const msOf = (kind: Outcome['kind'], some = outcomes) =>
    some.filter((one) => one.kind === kind).map(({ ms }) => ms);
  return {
    answeredMs: msOf('answered'),
    lateAnsweredMs: msOf('answered', outcomes.slice(-Math.ceil(outcomes.length / 5))),
    shedMs: msOf('shed'),
    others: outcomes.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
  };
}

export async function askOnce(url: string, id: string): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = (kind: Outcome['kind'], fault?: string): Outcome => ({
    kind,
    ms: performance.now() - startedAt,
    ...(fault !== undefined && { fault }),
  });
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables: { id } }),
      signal: AbortSignal.timeout(60_000),
    });
    const { data, errors } = (await response.json()) as {
      readonly data?: { readonly product: { readonly name: string } | null } | null;
      readonly errors?: readonly [{ readonly extensions: Readonly<Record<string, unknown>> }];
    };
    if (data?.product != null && errors === undefined) return outcome('answered');
    const { code, retryAfterSeconds } = errors?.[0].extensions ?? {};
    return code === 'UPSTREAM_UNAVAILABLE' && typeof retryAfterSeconds === 'number'
      ? outcome('shed')
      : outcome('other', JSON.stringify(errors));
  } catch (error) {
    return outcome('other', String(error));
  }
}
