import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../errors/codes.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { errorBody } from './errors.ts';

interface Needs {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** An answer without a request's help. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Answers what Node's parser refuses before there is a request: in the form of all other errors, with an id of its own. */
export function createClientErrorHandler(needs: Needs) {
  const refuse = createSocketRefusal(needs);
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuse(socket, { ...refusalOf(error.code), code: 'BAD_REQUEST' }, error.code);
  };
}

/** Answers where there is a bare socket and no response. */
export function createSocketRefusal({ log, metrics }: Needs) {
  return (socket: Duplex, { status, reason, code, message }: Refusal, cause?: string): void => {
    const requestId = randomUUID();
    const body = errorBody(code, message, requestId);
    const head = [
      `HTTP/1.1 ${status} ${reason}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'cache-control: no-store',
      'connection: close',
    ];
    // It may be gone before it has read this.
    socket.on('error', () => undefined);
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
    metrics.httpRequests.inc({ route: 'none', status: String(status) });
    log.info({ requestId, status, code: cause }, 'refused on the socket');
  };
}

function refusalOf(code = 'none') {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason: 'Request Timeout', message: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        reason: 'Request Header Fields Too Large',
        message: 'The headers are too large.',
      };
    default:
      return { status: 400, reason: 'Bad Request', message: 'This is not an HTTP request.' };
  }
}
