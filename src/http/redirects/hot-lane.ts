import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock/clock.ts';
import { requestIdOf } from '../request-id.ts';
import type { Records } from '../request-record.ts';
import { isOpen, redirectHeaders } from './answer.ts';
import { readPath } from './path.ts';
import { redirectRoute, type Redirects, type Target } from './redirects.ts';
import { isVisit } from './visit.ts';

/** Answers a request that needs nothing but memory, or leaves it untouched: then it goes the way of all others. */
export type HotLane = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Needs<Found extends Target> extends Records {
  readonly redirects: Redirects<Found>;
  readonly clock: Clock;
  /** A CDN may answer in our place for so long; 0: it asks each time. */
  readonly cdnSeconds: number;
}

/**
 * Of the security headers of all other answers, those that say something of a redirect: the rest is about documents, and
 * there is none.
 */
const securityHeaders = [
  'strict-transport-security',
  'max-age=31536000; includeSubDomains',
  'referrer-policy',
  'no-referrer',
  'x-content-type-options',
  'nosniff',
] as const;

const counted = { route: redirectRoute, status: '302' } as const;

/**
 * Redirects from memory, in front of the framework, whose way through hooks and plugins costs more than Node needs for the
 * whole request. It knows the plain case alone: a GET of a short address that this process holds and that is open. Such
 * requests are counted, and not logged one by one, which would be the most expensive part; at level `debug` they are.
 */
export function createHotLane<Found extends Target>({
  redirects,
  clock,
  cdnSeconds,
  log,
  metrics,
}: Needs<Found>): HotLane {
  return (request, response) => {
    if (request.method !== 'GET') return false;
    const code = readPath(request.url);
    if (code === undefined) return false;
    const target = redirects.peek(code);
    if (target === undefined) return false;
    const now = clock.now();
    const answered = isOpen(target, now) ? redirectHeaders(target, now, cdnSeconds) : undefined;
    const { headers } = request;
    // Without `Host` it is malformed; with `Origin` it may need an answer for other origins.
    if (answered === undefined || headers.host === undefined || headers.origin !== undefined) return false;

    const requestId = requestIdOf(headers['x-request-id']);
    response.writeHead(302, [...answered, ...securityHeaders, 'x-request-id', requestId]);
    response.end();
    if (isVisit(headers)) redirects.visited(target);
    metrics.httpRequests.inc(counted);
    log.debug({ requestId, method: 'GET', ...counted }, 'request');
    return true;
  };
}
