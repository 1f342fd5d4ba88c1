import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/codes.ts';
import { DomainError } from '../errors/domain-error.ts';
import { headersOf, retryAfterHeader } from '../limits/rate/headers.ts';
import { RateLimited } from '../limits/rate/rate-limited.ts';
import type { Log } from '../log/log.ts';

/** The status of a request that fails as a whole, before there is a GraphQL answer to put the error in. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
  TIMEOUT: 504,
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
};

/** Everything outside GraphQL answers in GraphQL's form too, so that a client has one way to read errors. */
export function registerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const fault = clientFault(error);
    if (fault?.status === 413 && isSoonRead(request)) void reply.removeHeader('connection');
    if (fault !== undefined) return refuse(request, reply, fault.status, fault.message);
    if (!(error instanceof DomainError)) log.error({ err: error, requestId: request.id }, 'unexpected error');
    return sendError(request, reply, error);
  });
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, 404, 'NOT_FOUND', 'There is nothing at this path.'),
  );
}

/** Read to its end, and thrown away, so that the connection is fit for another request. */
const mostThrownAwayBytes = 16 * 1_048_576;

/**
 * A connection that is closed while its client still sends is reset, and a client or a proxy that has not read the refusal by
 * then never does. What has no end that is near is closed all the same.
 */
const isSoonRead = ({ headers }: FastifyRequest): boolean =>
  Number(headers['content-length']) <= mostThrownAwayBytes;

/** Answers with what the client may know of `error`. */
function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof DomainError)) {
    return send(request, reply, 500, 'INTERNAL_SERVER_ERROR', 'Something failed on our side.');
  }
  if (error instanceof RateLimited) {
    const { standing, cost } = error;
    void reply.headers(headersOf(standing, cost)).header(retryAfterHeader, String(standing.resetSeconds));
  }
  return send(request, reply, statusOf[error.code] ?? 500, error.code, error.message, error.details);
}

/** Answers a request that is no GraphQL request, with a status more exact than 400. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  message: string,
  code: ErrorCode = 'BAD_REQUEST',
): FastifyReply {
  return send(request, reply, status, code, message);
}

/** The body of every error outside GraphQL. */
export function errorBody(
  code: ErrorCode,
  message: string,
  requestId: string,
  details: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, ...details, requestId } }] });
}

/** What Fastify refuses by itself; its own words name its inner codes. */
function clientFault(error: unknown): { readonly status: number; readonly message: string } | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return { status, message: messageOf[status] ?? 'The request is malformed.' };
}

const messageOf: Readonly<Record<number, string>> = {
  400: 'The body is not valid JSON.',
  404: 'There is nothing at this path.',
  413: 'The body is too large.',
  415: 'The content type must be application/json.',
};

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): FastifyReply {
  // It names this very request; some routes know better how long it holds.
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  return (
    reply
      .status(status)
      .header('content-type', 'application/json; charset=utf-8')
      // Where Fastify refuses before any hook has run, it is not there yet.
      .header('x-request-id', request.id)
      .send(errorBody(code, message, request.id, details))
  );
}
