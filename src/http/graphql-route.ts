import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context/context.ts';
import type { Caller } from '../context/create-context.ts';
import { cacheControl } from '../graphql/audience-plugin.ts';
import { joinAnswers, valuesOf, type Answer } from './batch.ts';
import type { ClientAddress } from './client-address.ts';
import { createDisconnects } from './disconnects.ts';
import { refuse } from './errors.ts';
import { faultOf, wantsEvents } from './graphql-request.ts';
import { clientLeft, recordRequest, type Records } from './request-record.ts';

interface Needs extends Records {
  readonly graphql: ApolloServer<Context>;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly clientAddress: ClientAddress;
  /** For clients that want events in place of one answer; they get 406 without it. */
  readonly answerByEvents?: AnswerByEvents;
  /** Operations that one request may bring in an array; no arrays when left out. */
  readonly maxBatch?: number;
}

export type AnswerByEvents = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The headers that Apollo looks at: content negotiation and its protection against cross-site requests. */
const headersForApollo = [
  'content-type',
  'accept',
  'x-apollo-operation-name',
  'apollo-require-preflight',
] as const;

/** In the answer to a write; sent with a later request, that sees the write through any gateway. */
export const consistencyHeader = 'x-consistency-token';

/** GraphQL over HTTP, GET and POST, on Apollo's framework-free entrance. */
export function registerGraphql(
  app: FastifyInstance,
  { graphql, createContext, clientAddress, answerByEvents, maxBatch = 0, ...records }: Needs,
): void {
  const disconnects = createDisconnects();
  app.route({ method: ['GET', 'POST'], url: '/graphql', exposeHeadRoute: false, onRequest, handler });
  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    onRequest: (request, reply) => {
      refuse(request, reply.header('allow', 'GET, POST'), 405, 'GraphQL is asked with GET or POST.');
    },
    handler: () => undefined,
  });

  /** Whatever comes of it, first of all it is the viewer's alone. */
  function onRequest(_request: FastifyRequest, reply: FastifyReply, next: () => void): void {
    void reply.header('cache-control', cacheControl.viewer).header('vary', varyOf(reply));
    next();
  }

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const byEvents = wantsEvents(request) ? answerByEvents : undefined;
    const fault = faultOf(request, { byEvents: byEvents !== undefined, maxBatch });
    if (fault !== undefined) return refuse(request, reply, fault.status, fault.message);
    if (byEvents !== undefined) return byEvents(request, reply);
    const { status, headers, body, token } = Array.isArray(request.body)
      ? joinAnswers(await answerEach(request, request.body))
      : await answer(request, request.body, await openContext(request));
    if (request.raw.socket.destroyed) {
      recordRequest(records, request, reply, clientLeft);
      return reply.hijack();
    }
    if (token !== undefined) void reply.header(consistencyHeader, token);
    for (const [name, value] of headers) void reply.header(name, value);
    return reply.status(status).send(body);
  }

  function openContext(request: FastifyRequest): Promise<Context> {
    const { authorization } = request.headers;
    const consistencyToken = request.headers[consistencyHeader]?.toString();
    return createContext({
      requestId: request.id,
      clientAddress: clientAddress(request.raw),
      ...{ authorization, consistencyToken },
    });
  }

  /** Side by side, each as if it had come alone; none is begun unless all can be. */
  async function answerEach(request: FastifyRequest, bodies: readonly unknown[]): Promise<readonly Answer[]> {
    const openings = await Promise.allSettled(bodies.map(() => openContext(request)));
    const contexts = openings.flatMap((opening) => (opening.status === 'fulfilled' ? opening.value : []));
    if (contexts.length < openings.length) for (const { deadline } of contexts) deadline.end();
    valuesOf(openings);
    const answers = contexts.map((context, index) => answer(request, bodies[index], context));
    return valuesOf(await Promise.allSettled(answers));
  }

  async function answer(request: FastifyRequest, sent: unknown, context: Context): Promise<Answer> {
    const connection = disconnects.watch(request.raw.socket, () => context.deadline.cancel());
    try {
      const {
        status = 200,
        headers,
        body,
      } = await graphql.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersFor(request),
          search: searchOf(request.url),
          body: sent,
        },
        context: () => Promise.resolve(context),
      });
      const token = await context.consistencyToken();
      // Chunked bodies exist for @defer and @stream, which this schema does not have.
      if (body.kind === 'chunked') throw new Error('a chunked answer from a schema without @defer');
      const text = status < 400 ? body.string : withRequestId(body.string, request.id);
      return { status, headers, body: text, token };
    } finally {
      connection.stop();
      context.deadline.end();
    }
  }
}

/** Apollo refuses some requests before any plugin of ours runs; the errors of such an answer learn the request's id here. */
function withRequestId(body: string, requestId: string): string {
  const answer = JSON.parse(body) as { errors?: { extensions?: object }[] };
  for (const error of answer.errors ?? []) error.extensions = { ...error.extensions, requestId };
  return JSON.stringify(answer);
}

/** Beside what is there, for answers that may be kept: by these the same address has another one. */
const varyOf = (reply: FastifyReply): string =>
  [reply.getHeader('vary'), 'accept, authorization', consistencyHeader].flat().filter(Boolean).join(', ');

function headersFor({ method, headers }: FastifyRequest): HeaderMap {
  // What most requests are. No form of another site can send this type unasked, so Apollo is told what it would find out by
  // parsing it; and without a wish it answers JSON, which saves parsing that.
  if (method === 'POST' && headers['content-type'] === 'application/json' && isForJson(headers.accept))
    return new HeaderMap([['apollo-require-preflight', 'true']]);
  const picked = new HeaderMap();
  for (const name of headersForApollo) {
    const value = headers[name];
    if (typeof value === 'string') picked.set(name, value);
  }
  return picked;
}

const isForJson = (accept: string | undefined): boolean =>
  accept === undefined || accept === '*/*' || accept === 'application/json';

function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
