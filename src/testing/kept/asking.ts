import type { Gateway } from '../gateway.ts';
import { totalOf } from '../prove/measures.ts';

/** An answer as it came over the wire. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | undefined;
}

/** Posts a body as it is. */
export async function post(
  { url }: Pick<Gateway, 'url'>,
  body: string,
  { headers = {}, token }: Sending = {},
): Promise<Told> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body,
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const bodyOf = (query: string, variables: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ query, variables });

/** How many answers a gateway has given again. */
const givenAgain = ({ app }: Pick<Gateway, 'app'>): Promise<number> =>
  totalOf(app.metrics.keptAnswers, { outcome: 'hit' });

/** How many answers were given again while `work` ran. */
export async function againIn(gateway: Gateway, work: () => Promise<unknown>): Promise<number> {
  const before = await givenAgain(gateway);
  await work();
  return (await givenAgain(gateway)) - before;
}

/** Asks until the answer is one that was kept: what was past its freshness is renewed behind the first. */
export async function untilKept(gateway: Gateway, ask: () => Promise<Told>): Promise<Told> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await gateway.app.idle();
    const before = await givenAgain(gateway);
    const told = await ask();
    if ((await givenAgain(gateway)) > before) return told;
  }
  throw new Error('it is never kept');
}
