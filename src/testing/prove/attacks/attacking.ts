import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { exchange } from '../../../http/bad-input.conformance.ts';
import type { Attack } from '../../attacks/attack.ts';
import type { FrameAttack } from '../../attacks/frames.ts';
import type { RequestAttack } from '../../attacks/requests.ts';
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

export function posting({ what, body, status, code }: Attack, accept = '*/*'): Weapon {
  const expected = `${status} ${code}`;
  return { what, expected, strike: (url, turn) => post(url, Buffer.from(inTurn(body, turn)), accept) };
}

function inTurn(body: Attack['body'], turn: number): string {
  if (typeof body === 'string') return body;
  const isOperation = 'query' in body && typeof body.query === 'string';
  return JSON.stringify(isOperation ? { ...body, query: `${String(body.query)} #${turn}` } : body);
}

async function post(url: string, bytes: Buffer, accept: string): Promise<string> {
  const headers = { accept, 'content-type': 'application/json', 'content-length': bytes.length };
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
  return `${response.status} ${codeIn(response.body)}`;
}

/** On a connection of its own, which the gateway closes. */
export function sending({ what, bytes, status, code }: RequestAttack): Weapon {
  return {
    what,
    expected: `${status} ${code}`,
    strike: (url) => exchange(Number(new URL(url).port), Buffer.from(bytes, 'latin1')).then(refusalIn),
  };
}

function refusalIn(received: string): string {
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  return `${statuses.join(' and ')} ${codeIn(received)}`;
}

const codeIn = (text: string) => /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? 'none';

/** On a socket of its own. */
export function framing({ what, code, say }: FrameAttack): Weapon {
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

export const connecting = (origin: string): Weapon => ({
  what: `a page of ${origin}`,
  expected: '403',
  strike: (url) => connectFrom(url, origin),
});

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
