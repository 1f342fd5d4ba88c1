import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context/context.ts';
import type { Caller } from '../context/create-context.ts';
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
  { graphql, createContext, clientAddress, answerByEvents, ...records }: Needs,
): void {
  const disconnects = createDisconnects();
  app.route({ method: ['GET', 'POST'], url: '/graphql', exposeHeadRoute: false, handler });
  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    onRequest: (request, reply) => {
      refuse(request, reply.header('allow', 'GET, POST'), 405, 'GraphQL is asked with GET or POST.');
    },
    handler: () => undefined,
  });

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const byEvents = wantsEvents(request) ? answerByEvents : undefined;
    const fault = faultOf(request, byEvents !== undefined);
    if (fault !== undefined) return refuse(request, reply, fault.status, fault.message);
    if (byEvents !== undefined) return byEvents(request, reply);
    const { authorization } = request.headers;
    const consistencyToken = request.headers[consistencyHeader]?.toString();
    const context = await createContext({
      requestId: request.id,
      clientAddress: clientAddress(request.raw),
      ...{ authorization, consistencyToken },
    });
    const connection = disconnects.watch(request.raw.socket, () => context.deadline.cancel());
    try {
      const {
        status = 200,
        headers,
        body,
      } = await graphql.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: pick(request),
          search: searchOf(request.url),
          body: request.body,
        },
        context: () => Promise.resolve(context),
      });
      const token = await context.consistencyToken();
      if (connection.isGone()) {
        recordRequest(records, request, reply, clientLeft);
        return await reply.hijack();
      }
      if (token !== undefined) void reply.header(consistencyHeader, token);
      for (const [name, value] of headers) void reply.header(name, value);
      // Chunked bodies exist for @defer and @stream, which this schema does not have.
      if (body.kind === 'chunked') throw new Error('a chunked answer from a schema without @defer');
      return await reply
        .status(status)
        .send(status < 400 ? body.string : withRequestId(body.string, request.id));
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

function pick(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const name of headersForApollo) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
