import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/codes.ts';
import { DomainError } from '../errors/domain-error.ts';
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
    if (fault === undefined) log.error({ err: error, requestId: request.id }, 'unexpected error');
    return fault === undefined
      ? sendError(request, reply, error)
      : send(request, reply, fault.status, 'BAD_REQUEST', fault.message);
  });
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, 404, 'NOT_FOUND', 'There is nothing at this path.'),
  );
}

/** Answers with what the client may know of `error`. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof DomainError)) {
    return send(request, reply, 500, 'INTERNAL_SERVER_ERROR', 'Something failed on our side.');
  }
  return send(request, reply, statusOf[error.code] ?? 500, error.code, error.message, error.details);
}

/** What Fastify refuses by itself: bodies that are too large, not JSON, or of another type. */
function clientFault(error: unknown): { readonly status: number; readonly message: string } | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 400:
      return { status, message: 'The body is not valid JSON.' };
    case 413:
      return { status, message: 'The body is too large.' };
    case 415:
      return { status, message: 'The content type must be application/json.' };
    default:
      return undefined;
  }
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): FastifyReply {
  return reply
    .status(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ errors: [{ message, extensions: { code, ...details, requestId: request.id } }] }));
}
