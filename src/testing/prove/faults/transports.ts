import { once } from 'node:events';
import { WebSocket } from 'ws';
import { socketUrl } from '../../live/live-client.ts';

export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token?: string | undefined;
}

/** Everything that a client gets to see, as one text: status, headers, frames, reasons of closing. */
export type Transport = (url: string, asked: Asked) => Promise<string>;

const timeoutMs = 30_000;

export const transports: Readonly<Record<'HTTP' | 'SSE' | 'WebSocket', Transport>> = {
  HTTP: (url, asked) => post(url, asked, 'application/json'),
  SSE: (url, asked) => post(url, asked, 'text/event-stream'),
  WebSocket: overSocket,
};

async function post(url: string, { query, variables, token }: Asked, accept: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ accept, 'content-type': 'application/json' },
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const headers = [...response.headers].map((header) => header.join(': '));
  return [`${response.status} ${response.statusText}`, ...headers, await response.text()].join('\n');
}

async function overSocket(url: string, { query, variables, token }: Asked): Promise<string> {
  const socket = new WebSocket(socketUrl(url), 'graphql-transport-ws', { handshakeTimeout: timeoutMs });
  const seen: string[] = [];
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () =>
    send({
      type: 'connection_init',
      payload: token === undefined ? {} : { authorization: `Bearer ${token}` },
    }),
  );
  socket.on('message', (data) => {
    const text = (data as Buffer).toString();
    seen.push(text);
    const { type } = JSON.parse(text) as { readonly type: string };
    if (type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: { query, variables } });
    if (type === 'complete' || type === 'error') socket.close(1000);
  });
  const timer = setTimeout(() => socket.terminate(), timeoutMs);
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  clearTimeout(timer);
  return [...seen, `${code} ${reason.toString()}`].join('\n');
}
