import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { errorBody } from './errors.ts';

interface Needs {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Answers what Node's parser refuses before there is a request: in the form of all other errors, with an id of its own. */
export function createClientErrorHandler({ log, metrics }: Needs) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, reason, message } = refusalOf(error.code);
    const requestId = randomUUID();
    const body = errorBody('BAD_REQUEST', message, requestId);
    const head = [
      `HTTP/1.1 ${status} ${reason}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
    metrics.httpRequests.inc({ route: 'none', status: String(status) });
    log.info({ requestId, status, code: error.code }, 'refused on the socket');
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
