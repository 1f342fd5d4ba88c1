import { createServer } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';
import { rateLimitHeaders, retryAfterHeader } from '../limits/rate/headers.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createClientErrorHandler } from './client-error.ts';
import type { Drain } from './drain.ts';
import { refuse, registerErrors } from './errors.ts';
import { consistencyHeader } from './graphql-route.ts';
import { hasTooManyHeaders, maxHeaders, tooManyHeaders } from './header-limit.ts';
import { registerJsonBody } from './json-body.ts';
import type { HotLane } from './redirects/hot-lane.ts';
import { requestIdOf } from './request-id.ts';
import { recordRequest } from './request-record.ts';

interface Needs {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bodyLimitBytes: number;
  readonly corsOrigins: readonly string[];
  /** Connections that may be open at once, whatever they carry; more are closed unheard. No bound when not given. */
  readonly maxConnections?: number;
  /** A whole request, headers and body, must have arrived by then; 10 s when not given. */
  readonly receiveTimeoutMs?: number;
  /** Sees each request first, until the server ends. */
  readonly hotLane?: HotLane;
  readonly drain?: Pick<Drain, 'isEnding'>;
  /** Whether browsers are asked to use TLS from now on; true when not given. */
  readonly strictTransport?: boolean;
}

/** Longer than the usual load balancer's 60 s, so that it is never we who close a connection it is about to use. */
const keepAliveMs = 65_000;

/** The HTTP server without its routes: limits, ids, security headers, errors, the log of requests. */
export async function createHttpServer({
  log,
  metrics,
  bodyLimitBytes,
  corsOrigins,
  maxConnections = Infinity,
  receiveTimeoutMs = 10_000,
  hotLane = () => false,
  drain = { isEnding: () => false },
  strictTransport = true,
}: Needs): Promise<FastifyInstance> {
  const settings = {
    requestTimeout: receiveTimeoutMs,
    // The longer of the two holds for bodies as well, and this one would be 60 s.
    headersTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    // Node looks for late requests every 30 s only, and would give them as much longer.
    connectionsCheckingInterval: Math.ceil(receiveTimeoutMs / 10),
    // Its own refusal of a request without `Host` is empty; ours is below.
    requireHostHeader: false,
  };
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    serverFactory: (handle) =>
      createServer(settings, (request, response) => {
        const passOn = () => handle(request, response);
        if (drain.isEnding() || !hotLane(request, response, passOn)) passOn();
      }),
    clientErrorHandler: createClientErrorHandler({ log, metrics }),
    frameworkErrors: (error, request, reply) => {
      refuse(request, reply, error.statusCode ?? 400, 'The path is malformed, or a part of it too long.');
    },
    // While it drains, a request on an open connection is still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 200 },
  });
  registerJsonBody(app);
  registerErrors(app, log);
  app.server.maxConnections = maxConnections;
  // One more than are taken, for it to show.
  app.server.maxHeadersCount = maxHeaders + 1;
  // An expectation that is not understood may be passed over; Node's own refusal of it is empty.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));

  // Before the plugins below: theirs are hooks too, and some of them answer.
  app.addHook('onSend', (_request, reply, payload, next) => {
    // Else the client keeps the connection for its next request, and the server waits for it to go.
    if (drain.isEnding()) void reply.header('connection', 'close');
    next(null, payload);
  });
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', request.id);
    const { host } = request.headers;
    if (host === undefined && request.raw.httpVersion === '1.1') {
      refuse(request, reply, 400, 'The Host header is missing.');
    } else if (hasTooManyHeaders(request.raw)) {
      refuse(request, reply, 431, tooManyHeaders);
    } else next();
  });

  await app.register(helmet, {
    strictTransportSecurity: strictTransport,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  if (corsOrigins.length > 0) {
    // A browser may send whatever header it asks for, but reads only those named here.
    await app.register(cors, {
      origin: [...corsOrigins],
      exposedHeaders: [consistencyHeader, ...rateLimitHeaders, retryAfterHeader],
      maxAge: 86_400,
      strictPreflight: false,
    });
  }

  app.addHook('onResponse', (request, reply, next) => {
    recordRequest({ log, metrics }, request, reply);
    next();
  });
  return app;
}
