import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ClientAddress } from '../client-address.ts';
import type { Refusal } from '../client-error.ts';
import { hasTooManyHeaders, tooManyHeaders } from '../header-limit.ts';
import { crowdedMessage, type Connections } from './connections.ts';

interface Needs {
  readonly connections: Connections;
  readonly clientAddress: ClientAddress;
  /** Beside the gateway's own. */
  readonly origins: readonly string[];
  readonly path: string;
}

/** Browsers let any page open a socket anywhere, and only say from where: it is for us to look. */
export function refusalOf(
  request: IncomingMessage,
  { connections, clientAddress, origins, path }: Needs,
): Refusal | undefined {
  const { origin, host } = request.headers;
  if (hasTooManyHeaders(request)) return excessive;
  if (request.url?.split('?')[0] !== path) return elsewhere;
  if (origin !== undefined && !origins.includes(origin) && hostOf(origin) !== host) return foreign;
  switch (connections.refusal(clientAddress(request))) {
    case 'closing':
      return stopping;
    case 'full':
      return full;
    case 'crowded':
      return crowded;
    case undefined:
      return undefined;
  }
}

/** What Node has left out of them may be the length of a body, which would then be read as the next request. */
const excessive: Refusal = {
  status: 431,
  reason: 'Request Header Fields Too Large',
  code: 'BAD_REQUEST',
  message: tooManyHeaders,
};
const elsewhere: Refusal = {
  status: 404,
  reason: 'Not Found',
  code: 'NOT_FOUND',
  message: 'There is nothing at this path.',
};
const foreign: Refusal = {
  status: 403,
  reason: 'Forbidden',
  code: 'FORBIDDEN',
  message: 'Pages of this origin may not connect.',
};
const unavailable = { status: 503, reason: 'Service Unavailable' } as const;
const stopping: Refusal = { ...unavailable, code: 'SHUTTING_DOWN', message: 'This gateway is stopping.' };
const full: Refusal = {
  ...unavailable,
  code: 'RATE_LIMITED',
  message: 'This gateway has as many connections as it may have.',
};

const crowded: Refusal = {
  status: 429,
  reason: 'Too Many Requests',
  code: 'RATE_LIMITED',
  message: crowdedMessage,
};

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : undefined);

export const wantsSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Whoever listens for upgrades gets all of them from Node, with those to HTTP/2 that some clients always try, bodies and
 * all. Such a request is read once more as if nothing else had been asked for, which HTTP allows.
 */
export function readAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!/^(upgrade|connection|http2-settings)$/i.test(name))
      lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
