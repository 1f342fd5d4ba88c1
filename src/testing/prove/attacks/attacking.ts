import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { Attack } from '../../attacks/documents.ts';
import { socketUrl } from '../../live/live-client.ts';

/** Something that is done to a gateway; resolves to how it was refused, `none` where it was not. */
export interface Weapon {
  readonly what: string;
  readonly expected: string;
  /** No two turns send the same document, since one that is valid is validated once. */
  strike(url: string, turn: number): Promise<string>;
}

const timeoutMs = 15_000;
/** One connection: requests come one after the other, and opening one costs more than some refusals. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export function posting({ what, body, status, code }: Attack): Weapon {
  const expected = `${status} ${code}`;
  return { what, expected, strike: (url, turn) => post(url, Buffer.from(inTurn(body, turn))) };
}

function inTurn(body: Attack['body'], turn: number): string {
  if (typeof body === 'string') return body;
  const isOperation = 'query' in body && typeof body.query === 'string';
  return JSON.stringify(isOperation ? { ...body, query: `${String(body.query)} #${turn}` } : body);
}

async function post(url: string, bytes: Buffer): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  const response = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(`${url}/graphql`, {
      ...{ agent, method: 'POST', headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    sent.on('response', (incoming) => {
      text(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject);
    });
    // The gateway may have answered and closed before all of a large body was sent.
    sent.on('error', reject);
    sent.end(bytes);
  });
  const code = /"code":"([A-Z_]+)"/.exec(response.body)?.[1] ?? 'none';
  return `${response.status} ${code}`;
}

const init = '{"type":"connection_init"}';

/** Frames on a socket of their own. */
export const frames: readonly Weapon[] = [
  framing('a message that is none', 4400, (ws) => ws.send('hello')),
  framing('an operation before the connection was acknowledged', 4401, (ws) =>
    ws.send('{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'),
  ),
  framing('a token that is none', 4401, (ws) =>
    ws.send('{"type":"connection_init","payload":{"authorization":"Bearer a.b.c"}}'),
  ),
  framing('two beginnings', 4429, (ws) => {
    ws.send(init);
    ws.send(init);
  }),
  framing('a message of 100 kB', 1009, (ws) => ws.send('a'.repeat(100_000))),
  framing('a text that is not UTF-8', 1007, (ws) => ws.send(Buffer.from([0xff]), { binary: false })),
  {
    what: 'a page of another origin',
    expected: '403',
    strike: (url) => connectFrom(url, 'https://evil.example.com'),
  },
];

function framing(what: string, code: number, say: (ws: WebSocket) => void): Weapon {
  return {
    what,
    expected: String(code),
    strike: (url) =>
      new Promise((resolve, reject) => {
        const ws = new WebSocket(socketUrl(url), 'graphql-transport-ws', { handshakeTimeout: timeoutMs });
        ws.once('open', () => say(ws));
        ws.once('close', (closedWith) => resolve(String(closedWith)));
        ws.once('error', reject);
      }),
  };
}

function connectFrom(url: string, origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(socketUrl(url), 'graphql-transport-ws', { origin, handshakeTimeout: timeoutMs });
    ws.once('unexpected-response', (sent, response) => {
      sent.destroy();
      resolve(String(response.statusCode));
    });
    ws.once('open', () => {
      ws.terminate();
      resolve('none');
    });
    // Follows from what is done above.
    ws.on('error', (error) => reject(error));
  });
}
