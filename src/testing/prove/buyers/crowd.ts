import { systemClock } from '../../../clock/clock.ts';
import { systemRandom } from '../../../clock/random.ts';
import { postQuery, type Answer } from '../../gateway.ts';
import { checkOutDocument, type CheckOutAnswer } from '../../till.ts';
import { pause } from '../stage.ts';
import type { Population } from '../targets/population.ts';

/** Somebody with one product in the cart. */
export interface Buyer {
  readonly place: number;
  readonly token: string;
  /** The gateway that the buyer asks. */
  readonly url: string;
}

/** What a buyer was told in the end. */
export interface Told {
  readonly buyer: Buyer;
  readonly answer: CheckOutAnswer['checkOut'];
  /** Why the same was asked again before it, if it was. */
  readonly putOff: readonly string[];
  /** From the first attempt to the answer. */
  readonly tookMs: number;
}

export const hasOrdered = ({ answer }: Told): boolean => answer.order !== null;
export const isTooLate = ({ answer }: Told): boolean =>
  answer.order === null && answer.userErrors.every(({ code }) => code === 'OUT_OF_STOCK');

/** Upon what a client sends the same request again; the last is our own, for a connection that ends or stays silent. */
const retryable: readonly string[] = ['TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'CONFLICT', 'NO_ANSWER'];
const firstPauseMs = 100;
const longestPauseMs = 5_000;
const giveUpMs = 180_000;
const shoppingAtOnce = 20;

interface Arriving {
  readonly people: Population;
  readonly places: readonly number[];
  readonly urls: readonly string[];
  /** A global id. */
  readonly productId: string;
}

/** Each puts one of the product into the cart through a gateway of its own, as it will buy. */
export async function arrive({ people, places, urls, productId }: Arriving): Promise<readonly Buyer[]> {
  const buyers = await Promise.all(
    places.map(async (place) => ({
      ...{ place, token: await people.tokenOf(place), url: urls[place % urls.length] ?? '' },
    })),
  );
  for (let from = 0; from < buyers.length; from += shoppingAtOnce) {
    const some = buyers.slice(from, from + shoppingAtOnce);
    await Promise.all(some.map((buyer) => untilAnswered(() => addToCart(buyer, productId))));
  }
  return buyers;
}

const addToCart = ({ url, token }: Buyer, productId: string) =>
  postQuery(url, 'mutation ($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }', {
    ...{ token, variables: { input: { productId, quantity: 1 } } },
  });

/** Asks, and asks again under the same key where it is told to, until there is an outcome. */
export async function buy(buyer: Buyer, key = keyOf(buyer), url = buyer.url): Promise<Told> {
  const startedAt = systemClock.monotonic();
  const { answer, putOff } = await untilAnswered(() =>
    postQuery<CheckOutAnswer>(url, checkOutDocument, {
      ...{ token: buyer.token, variables: { input: { idempotencyKey: key } } },
    }),
  );
  return { buyer, answer: answer.checkOut, putOff, tookMs: systemClock.monotonic() - startedAt };
}

export const keyOf = ({ place }: Buyer): string => `buyer ${place}`;

/** Longer each time, and each time another one: else all who were put off together would come back together. */
const backOffMs = (times: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** times) * (0.5 + systemRandom());

/** Asks until there is data, and no error beside it. What can be asked again is. */
export async function untilAnswered<Data>(ask: () => Promise<Answer<Data>>) {
  const putOff: string[] = [];
  const giveUpAt = systemClock.monotonic() + giveUpMs;
  for (;;) {
    const answered = await ask().catch(() => undefined);
    const code = answered === undefined ? 'NO_ANSWER' : answered.errors[0]?.extensions.code;
    if (answered?.data != null && code === undefined) return { answer: answered.data, putOff };
    if (code === undefined || !retryable.includes(code) || systemClock.monotonic() > giveUpAt)
      throw new Error(`somebody was told ${JSON.stringify(answered)}`);
    putOff.push(code);
    await pause(backOffMs(putOff.length));
  }
}
