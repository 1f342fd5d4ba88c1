import type { Population } from '../data/population.ts';

/** How a stack is asked: as the gateway is, as PostGraphile names its tables, or for a workload as such. */
export type Dialect = 'gateway' | 'postgraphile' | 'bare';

/** Traffic of one kind. */
export interface Workload {
  readonly name: string;
  /** In the table; one line. */
  readonly about: string;
  /** How many keys there are to ask for; which of them are asked for how often follows Zipf's law. */
  keys(population: Population, server: string): number;
  /** What is sent for the key at this place. */
  request(asked: Asked): Ask;
  /** What all stacks must agree on, of the answer of one of them. */
  read(body: unknown, dialect: Dialect): unknown;
  /** Of traffic that also writes; it is read by `request`, and its price is what was written. */
  readonly writes?: Writes;
}

export interface Asked {
  readonly population: Population;
  readonly server: string;
  readonly place: number;
  readonly dialect: Dialect;
}

export interface Ask {
  /** Without the slash at its beginning. */
  readonly path: string;
  /** Of who is signed in. */
  readonly token?: string;
  /** JSON; a GET without it. */
  readonly body?: string;
}

export interface Writes {
  readonly share: number;
  /** Sets the price of the key at this place. */
  request(asked: Asked, priceMinor: number): Ask;
  /** The price in the body of an answer, in minor units; undefined where it has none. */
  priceIn(body: string, dialect: Dialect): number | undefined;
}

export const query = (text: string, variables: Readonly<Record<string, unknown>>, token?: string): Ask => ({
  path: 'graphql',
  body: JSON.stringify({ query: text, variables }),
  ...(token === undefined ? {} : { token }),
});

/** The data of an answer. Throws where it has errors, or is none. */
export function dataOf(body: unknown): Readonly<Record<string, unknown>> {
  const { data, errors } = body as { data?: Readonly<Record<string, unknown>> | null; errors?: unknown };
  if (data == null || errors !== undefined) throw new Error(`not an answer: ${JSON.stringify(body)}`);
  return data;
}
