import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock/clock.ts';
import { tallyOf } from '../../metrics/tally.ts';
import { requestIdOf } from '../request-id.ts';
import type { Records } from '../request-record.ts';
import { isOpen, redirectHeaders } from './answer.ts';
import { readPath } from './path.ts';
import { redirectRoute, type Redirects, type Target } from './redirects.ts';
import { isVisit } from './visit.ts';

/**
 * Answers a request that needs nothing but memory, or leaves it untouched: then it goes the way of all others. What it has to
 * look into first it takes, and calls `passOn` where it is for others after all.
 */
export type HotLane = (request: IncomingMessage, response: ServerResponse, passOn: () => void) => boolean;

/** The first that takes a request has it. */
export const joinLanes =
  (...lanes: readonly HotLane[]): HotLane =>
  (...asked) =>
    lanes.some((lane) => lane(...asked));

interface Needs<Found extends Target> extends Records {
  readonly redirects: Redirects<Found>;
  readonly clock: Clock;
  /** A CDN may answer in our place for so long; 0: it asks each time. */
  readonly cdnSeconds: number;
  /** As of the server's other answers. */
  readonly strictTransport: boolean;
}

/**
 * Of the security headers of all other answers, those that say something of a redirect: the rest is about documents and
 * what is in them, and there is nothing.
 */
const securityHeaders = (strictTransport: boolean): readonly string[] => [
  ...(strictTransport ? ['strict-transport-security', 'max-age=31536000; includeSubDomains'] : []),
  ...['referrer-policy', 'no-referrer'],
];

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
  strictTransport,
  log,
  metrics,
}: Needs<Found>): HotLane {
  const alwaysSent = securityHeaders(strictTransport);
  const count = tallyOf(metrics.httpRequests, counted);
  /** Of those that never end, whose answer is always the same, for as long as they are in memory. */
  const answers = new WeakMap<Found, string[]>();

  function answerOf(target: Found): string[] | undefined {
    const known = answers.get(target);
    if (known !== undefined) return known;
    const now = clock.now();
    const headers = isOpen(target, now) ? redirectHeaders(target, now, cdnSeconds) : undefined;
    if (headers === undefined) return undefined;
    const answer = [...headers, ...alwaysSent];
    if (target.expiresAt === null) answers.set(target, answer);
    return answer;
  }

  return (request, response) => {
    if (request.method !== 'GET') return false;
    const code = readPath(request.url);
    const target = code === undefined ? undefined : redirects.peek(code);
    const answer = target === undefined ? undefined : answerOf(target);
    if (target === undefined || answer === undefined) return false;
    const { headers } = request;
    // Without `Host` it is malformed; with `Origin` it may need an answer for other origins.
    if (headers.host === undefined || headers.origin !== undefined) return false;

    const requestId = namedIn(headers);
    response.writeHead(302, requestId === undefined ? answer : [...answer, 'x-request-id', requestId]);
    response.end();
    if (isVisit(headers)) redirects.visited(target);
    count();
    log.debug({ requestId, method: 'GET', ...counted }, 'request');
    return true;
  };
}

/** Nobody looks for a request that is not logged and had no name from its caller, so none is made up for it. */
const namedIn = ({ 'x-request-id': header }: IncomingHttpHeaders): string | undefined =>
  header === undefined ? undefined : requestIdOf(header);
