import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock/clock.ts';
import type { Deadline } from '../../clock/deadline.ts';
import { DomainError } from '../../errors/domain-error.ts';
import { createDisconnects } from '../disconnects.ts';
import { refuse } from '../errors.ts';
import { clientLeft, recordRequest, type Records } from '../request-record.ts';
import { cacheTag, isOpen, negativeCacheControl, redirectHeaders } from './answer.ts';
import { isCode } from './path.ts';
import { redirectRoute, type Redirects, type Target } from './redirects.ts';
import { isVisit } from './visit.ts';

interface Needs<Found extends Target> extends Records {
  readonly redirects: Redirects<Found>;
  readonly clock: Clock;
  /** A CDN may answer in our place for so long; 0: it asks each time. */
  readonly cdnSeconds: number;
  /** Of one request. */
  readonly openDeadline: () => Deadline;
}

interface Route {
  readonly Params: { readonly code: string };
}

/** Where a client is told to come back and the error itself does not say when. */
const retryAfterSeconds = 1;

/** `GET /{code}`, past GraphQL: what the hot lane leaves over, which is whatever has to be looked for. */
export function registerRedirects<Found extends Target>(
  app: FastifyInstance,
  { redirects, clock, cdnSeconds, openDeadline, ...records }: Needs<Found>,
): void {
  const disconnects = createDisconnects();
  // The framework answers HEAD by the same handler, without the body.
  app.get<Route>(redirectRoute, handler);
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: redirectRoute,
    onRequest: (request, reply) => {
      refuse(request, reply.header('allow', 'GET, HEAD'), 405, 'There is nothing here but for GET and HEAD.');
    },
    handler: () => undefined,
  });

  async function handler(request: FastifyRequest<Route>, reply: FastifyReply): Promise<FastifyReply> {
    const { code } = request.params;
    const deadline = openDeadline();
    const connection = disconnects.watch(request.raw.socket, () => deadline.cancel());
    try {
      const target = isCode(code) ? await redirects.find(code, deadline) : undefined;
      if (!connection.isGone()) return await answer(request, reply, target);
    } catch (error) {
      if (!connection.isGone()) throw withRetry(reply, error);
    } finally {
      connection.stop();
      deadline.end();
    }
    recordRequest(records, request, reply, clientLeft);
    return reply.hijack();
  }

  function answer(
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    target: Found | undefined,
  ): FastifyReply {
    const now = clock.now();
    if (target !== undefined && isOpen(target, now)) {
      const headers = redirectHeaders(target, now, cdnSeconds);
      if (headers === undefined) throw new Error(`the address of ${target.code} is none`);
      for (let at = 0; at < headers.length; at += 2) void reply.header(headers[at] ?? '', headers[at + 1]);
      if (request.method === 'GET' && isVisit(request.headers)) redirects.visited(target);
      return reply.status(302).send();
    }
    void reply.header('cache-control', negativeCacheControl(cdnSeconds));
    if (target === undefined)
      return refuse(request, reply, 404, 'There is nothing at this path.', 'NOT_FOUND');
    void reply.header('cache-tag', cacheTag(target.code));
    return refuse(request, reply, 410, 'This link has expired.', 'NOT_FOUND');
  }
}

/** The error handler answers it; how long to wait, and that nobody may keep the answer, is said here. */
function withRetry(reply: FastifyReply, error: unknown): unknown {
  void reply.header('cache-control', 'no-store');
  if (!(error instanceof DomainError) || error.code !== 'UPSTREAM_UNAVAILABLE') return error;
  const { retryAfterSeconds: seconds } = error.details;
  void reply.header('retry-after', typeof seconds === 'number' ? seconds : retryAfterSeconds);
  return error;
}
