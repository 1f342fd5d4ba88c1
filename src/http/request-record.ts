import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

export interface Records {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Of requests whose trace is recorded: they are logged when their work, and what belongs to it, is over. */
const traces = new WeakMap<FastifyRequest, string>();

export function noteTrace(request: FastifyRequest, traceId: string | undefined): void {
  if (traceId !== undefined) traces.set(request, traceId);
}

/** The status of a request whose client has left, as nginx writes it down; nobody is there to be sent it. */
export const clientLeft = 499;

/** Counts and logs a request that is over. */
export function recordRequest(
  { log, metrics }: Records,
  request: FastifyRequest,
  reply: FastifyReply,
  status = reply.statusCode,
): void {
  const route = request.routeOptions.url ?? 'none';
  metrics.httpRequests.inc({ route, status: String(status) });
  metrics.httpSeconds.observe({ route }, reply.elapsedTime / 1_000);
  const ms = Math.round(reply.elapsedTime);
  const traceId = traces.get(request);
  log.info({ requestId: request.id, traceId, method: request.method, route, status, ms }, 'request');
}
