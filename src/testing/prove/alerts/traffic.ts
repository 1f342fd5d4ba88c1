import { setTimeout as sleep } from 'node:timers/promises';
import { postQuery } from '../../gateway.ts';

/** Asks again and again, until it is stopped; whatever becomes of a request. */
export interface Traffic {
  stop(): Promise<void>;
}

interface Load {
  /** At once. */
  readonly clients: number;
  /** Between an answer and the next question. */
  readonly pauseMs: number;
  readonly ask: (count: number) => Promise<unknown>;
}

/** Nobody waits longer for what a broken link has swallowed. */
const longestMs = 20_000;

export function startTraffic({ clients, pauseMs, ask }: Load): Traffic {
  let isOver = false;
  let count = 0;
  // Asked again after each wait; the compiler would take the first answer for the last.
  const goesOn = () => !isOver;
  const running = Array.from({ length: clients }, async () => {
    while (goesOn()) {
      const asking = ask((count += 1)).catch(() => undefined);
      await Promise.race([asking, sleep(longestMs, undefined, { ref: false })]);
      await sleep(pauseMs);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

/** The items one after the other, and from the beginning when they are over; each call goes on where the last one was. */
export function inTurn<Item>(items: readonly Item[]): () => Item {
  let at = 0;
  return () => {
    const item = items[at++ % items.length];
    if (item === undefined) throw new Error('nothing to take in turn');
    return item;
  };
}

export const readProduct = (url: string, id: string) =>
  postQuery(url, 'query Product($id: ID!) { product(id: $id) { name price { amount } } }', {
    variables: { id },
  });

export const changeProduct = (url: string, id: string, token: string) =>
  postQuery(
    url,
    `mutation Rename($id: ID!, $name: String!) {
      updateProduct(input: { id: $id, name: $name }) { userErrors { code } }
    }`,
    { variables: { id, name: `Product ${Math.random()}` }, token },
  );

export const visit = (url: string, code: string) =>
  fetch(`${url}/${code}`, { redirect: 'manual', signal: AbortSignal.timeout(20_000) }).then((response) =>
    response.arrayBuffer(),
  );
