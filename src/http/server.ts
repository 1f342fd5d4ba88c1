import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { registerErrors } from './errors.ts';

interface Needs {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bodyLimitBytes: number;
  readonly corsOrigins: readonly string[];
}

/** A whole request, headers and body, must have arrived by then. */
const receiveTimeoutMs = 10_000;
/** Longer than the usual load balancer's 60 s, so that it is never we who close a connection it is about to use. */
const keepAliveMs = 65_000;

/** The HTTP server without its routes: limits, ids, security headers, errors, the log of requests. */
export async function createHttpServer({
  log,
  metrics,
  bodyLimitBytes,
  corsOrigins,
}: Needs): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    // While it drains, a request on an open connection is still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: (request) => readRequestId(request.headers['x-request-id']) ?? randomUUID(),
    routerOptions: { maxParamLength: 200 },
  });
  app.removeContentTypeParser('text/plain');
  registerErrors(app, log);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  if (corsOrigins.length > 0) await app.register(cors, { origin: [...corsOrigins], maxAge: 86_400 });

  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', request.id);
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.httpRequests.inc({ route, status: String(reply.statusCode) });
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
    next();
  });
  return app;
}

/** A caller may name its request, so that its log and ours agree; only in a form that is safe to log and to send back. */
function readRequestId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}
