import { WebSocket } from 'ws';
import { socketUrl } from './live-client.ts';

/** A client that says what it likes. */
export interface RawSocket {
  readonly ws: WebSocket;
  readonly received: readonly RawMessage[];
  say(message: unknown): void;
  /** Resolves to the code and the reason with which it is closed. */
  readonly closed: Promise<readonly [code: number, reason: string]>;
  /** The first message of the type, from now on or before. */
  until(type: string): Promise<RawMessage>;
}

export interface RawMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

interface Options {
  readonly protocol?: string;
  readonly origin?: string;
  /** `connection_init` with these params first. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Resolves when the socket is open, or with `params` once it is acknowledged. Rejects with the status of a refusal. */
export async function rawSocket(
  url: string,
  { protocol = 'graphql-transport-ws', origin, params }: Options = {},
): Promise<RawSocket> {
  const ws = new WebSocket(socketUrl(url), protocol, origin === undefined ? {} : { origin });
  const received: RawMessage[] = [];
  const looks = new Set<() => void>();
  ws.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString('utf8')) as RawMessage);
    for (const look of looks) look();
  });
  const closed = new Promise<readonly [number, string]>((resolve) =>
    ws.once('close', (code, reason) => resolve([code, reason.toString('utf8')])),
  );
  await new Promise<void>((resolve, reject) => {
    ws.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(String(response.statusCode)));
    });
    ws.once('open', resolve);
    ws.on('error', reject);
  });
  const socket: RawSocket = {
    ws,
    received,
    closed,
    say: (message) => ws.send(JSON.stringify(message)),
    until: (type) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.find((message) => message.type === type);
          if (found === undefined) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
  };
  if (params !== undefined) {
    socket.say({ type: 'connection_init', payload: params });
    await socket.until('connection_ack');
  }
  return socket;
}
