import { liveClient, ask, type LiveClient } from '../../live/live-client.ts';
import type { Asked } from './asked.ts';

export const transports = ['HTTP', 'WebSocket', 'SSE'] as const;
export type Transport = (typeof transports)[number];

/** What a client sees of an answer. */
export interface Seen {
  /** Undefined over a WebSocket, which has none. */
  readonly status?: number;
  readonly headers?: Headers;
  readonly body: SeenBody;
}

export interface SeenBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly cost?: SeenCost };
}

export interface SeenCost {
  readonly requested: number;
  readonly actual: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: string;
}

export interface Sender {
  readonly token?: string | undefined;
  /** The address that it comes from. */
  readonly from?: string | undefined;
}

type Send = (asked: Pick<Asked, 'text' | 'variables'>, sender?: Sender) => Promise<Seen>;

/** One client's ways to a gateway; its socket is opened with the first operation for each token. */
export function openTransports(url: string): Readonly<Record<Transport, Send>> & { close(): Promise<void> } {
  const sockets = new Map<string | undefined, LiveClient>();

  function socketOf(token: string | undefined): LiveClient {
    const known = sockets.get(token);
    if (known !== undefined) return known;
    const opened = liveClient(url, { token, lazy: false });
    sockets.set(token, opened);
    return opened;
  }

  async function post(
    accept: string,
    { text, variables }: Parameters<Send>[0],
    { token, from }: Sender = {},
  ) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept },
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
      },
      body: JSON.stringify({ query: text, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    return { response, text: await response.text() };
  }

  return {
    async HTTP(asked, sender) {
      const { response, text } = await post('application/json', asked, sender);
      return { status: response.status, headers: response.headers, body: JSON.parse(text) as SeenBody };
    },
    async SSE(asked, sender) {
      const { text } = await post('text/event-stream', asked, sender);
      const event = /^data: (.+)$/m.exec(text)?.[1] ?? text;
      return { body: JSON.parse(event) as SeenBody };
    },
    async WebSocket({ text, variables }, { token } = {}) {
      // What is refused comes as its errors alone: the protocol has no place for more.
      const refused = (errors: unknown) => ({ errors: errors as NonNullable<SeenBody['errors']> });
      return { body: await ask(socketOf(token), text, { ...variables }).catch(refused) };
    },
    async close() {
      await Promise.all([...sockets.values()].map((socket) => socket.close()));
    },
  };
}
