import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context/context.ts';
import type { Caller } from '../context/create-context.ts';
import { sendError } from './errors.ts';

interface Needs {
  readonly graphql: ApolloServer<Context>;
  readonly createContext: (caller: Caller) => Promise<Context>;
}

/** The headers that Apollo looks at: content negotiation and its protection against cross-site requests. */
const headersForApollo = [
  'content-type',
  'accept',
  'x-apollo-operation-name',
  'apollo-require-preflight',
] as const;

/** GraphQL over HTTP, GET and POST, on Apollo's framework-free entrance. */
export function registerGraphql(app: FastifyInstance, { graphql, createContext }: Needs): void {
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler });

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let context: Context;
    try {
      context = await createContext({ requestId: request.id, authorization: request.headers.authorization });
    } catch (error) {
      return sendError(request, reply, error);
    }
    try {
      const { status, headers, body } = await graphql.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: pick(request),
          search: searchOf(request.url),
          body: request.body,
        },
        context: () => Promise.resolve(context),
      });
      for (const [name, value] of headers) void reply.header(name, value);
      // Chunked bodies exist for @defer and @stream, which this schema does not have.
      if (body.kind === 'chunked') throw new Error('a chunked answer from a schema without @defer');
      return await reply.status(status ?? 200).send(body.string);
    } finally {
      context.deadline.end();
    }
  }
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
