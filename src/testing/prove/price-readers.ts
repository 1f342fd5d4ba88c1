import type { Gateway } from '../gateway.ts';

/** One answer. */
export interface Seen {
  readonly amount: string;
  /** Undefined where only the price was asked for. */
  readonly text: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
}

const wholeQuery = 'query ($id: ID!) { product(id: $id) { price { amount } description } }';
/** Answered by copies in the process alone, so that one that lags is seen at once. */
export const priceQuery = 'query ($id: ID!) { product(id: $id) { price { amount } } }';

/** Reads the product again and again until `end`, which gives a few more reads and then all that was seen. */
export function readOn(gateway: Gateway, id: string, query = wholeQuery) {
  const seen: Seen[] = [];
  let left = Infinity;
  const reading = (async () => {
    while (left > 0) {
      left -= 1;
      seen.push(await readProduct(gateway, id, { query }));
    }
  })();
  // Its failure is that of the round, which may be busy elsewhere.
  reading.catch(() => undefined);
  return {
    seen,
    async end(): Promise<readonly Seen[]> {
      left = 2;
      await reading;
      return seen;
    },
  };
}

/** Asks once; throws where there is an error instead of the product. */
export async function readProduct(
  gateway: Gateway,
  id: string,
  { query = wholeQuery, token }: { readonly query?: string; readonly token?: string } = {},
): Promise<Seen> {
  const startedAt = performance.now();
  const { data, errors } = await gateway.query<{
    product: { price: { amount: string }; description?: string } | null;
  }>(query, { variables: { id }, token });
  if (data?.product == null) throw new Error(`a product cannot be read: ${JSON.stringify(errors)}`);
  const { price, description } = data.product;
  return { amount: price.amount, text: description, startedAt, endedAt: performance.now() };
}

/** Whether a read that began after `since` saw the amount. */
export const isReached = (seen: readonly Seen[], since: number, amount: string): boolean =>
  seen.some((one) => one.startedAt > since && one.amount === amount);

/** Whether an old price was read by somebody who began after a new one had arrived, or a new one never arrived. */
export function comesBack(seen: readonly Seen[], amount: string): boolean {
  const arrivals = seen.filter((one) => one.amount === amount).map(({ endedAt }) => endedAt);
  const newSince = Math.min(...arrivals);
  return arrivals.length === 0 || seen.some((one) => one.amount !== amount && one.startedAt > newSince);
}
