import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AnswerError } from '../../gateway.ts';

/** One request on a connection of its own. */
export interface Client {
  /** What it was told; undefined when it has left before. */
  readonly answer: Promise<Told | undefined>;
  /** Destroys the socket. */
  leave(): void;
}

export interface Told {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly AnswerError[];
}

export interface Question {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string;
}

export function ask(url: string, { document, variables, token }: Question): Client {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const answer = new Promise<Told | undefined>((resolve, reject) => {
    let hasLeft = false;
    sent.once('close', () => (hasLeft = sent.destroyed));
    sent.once('error', (error) => (hasLeft || sent.destroyed ? resolve(undefined) : reject(error)));
    sent.once('response', (response) => {
      text(response).then(
        (body) => resolve(JSON.parse(body) as Told),
        () => resolve(undefined),
      );
    });
  });
  sent.end(JSON.stringify({ query: document, variables }));
  return { answer, leave: () => void sent.destroy() };
}
