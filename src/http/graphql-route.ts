import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context/context.ts';
import type { Caller } from '../context/create-context.ts';
import { cacheControl } from '../graphql/audience-plugin.ts';
import { keysOf, type Keys } from '../graphql/kept/keys.ts';
import { joinAnswers, valuesOf, type Answer } from './batch.ts';
import type { ClientAddress } from './client-address.ts';
import { createDisconnects } from './disconnects.ts';
import { refuse } from './errors.ts';
import { faultOf, wantsEvents } from './graphql-request.ts';
import type { Kept } from './kept/kept.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { clientLeft, noteTrace, recordRequest, type Records } from './request-record.ts';

interface Needs extends Records {
  readonly graphql: ApolloServer<Context>;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly clientAddress: ClientAddress;
  /** For clients that want events in place of one answer; they get 406 without it. */
  readonly answerByEvents?: AnswerByEvents;
  /** Operations that one request may bring in an array; no arrays when left out. */
  readonly maxBatch?: number;
  /** Answers that are kept to be given again; none when left out. */
  readonly kept?: Kept | undefined;
  /** Nothing is traced when not given. */
  readonly tracing?: Tracing;
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
  {
    graphql,
    createContext,
    clientAddress,
    answerByEvents,
    maxBatch = 0,
    kept,
    tracing = noTracing,
    ...records
  }: Needs,
): void {
  const disconnects = createDisconnects();
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    onRequest,
    handler: tracing.isOn ? traced : handler,
  });
  app.route({
    method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    onRequest: (request, reply) => {
      refuse(request, reply.header('allow', 'GET, POST'), 405, 'GraphQL is asked with GET or POST.');
    },
    handler: () => undefined,
  });

  function traced(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const name = `${request.method} /graphql`;
    return tracing.request(name, request.headers, () => {
      noteTrace(request, tracing.traceId());
      tracing.describe(name, { 'request.id': request.id });
      return handler(request, reply);
    });
  }

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
      : await answerOnce(request, reply);
    if (request.raw.socket.destroyed) {
      recordRequest(records, request, reply, clientLeft);
      return reply.hijack();
    }
    if (token !== undefined) void reply.header(consistencyHeader, token);
    for (const [name, value] of headers) void reply.header(name, value);
    return reply.status(status).send(body);
  }

  function openContext(request: FastifyRequest): Promise<Context> {
    const entered = kept?.lane.entered(request.raw);
    if (entered !== undefined && 'context' in entered) return entered.context;
    const { authorization } = request.headers;
    const consistencyToken = request.headers[consistencyHeader]?.toString();
    return createContext({
      requestId: request.id,
      clientAddress: clientAddress(request.raw),
      authorization,
      consistencyToken,
      entered: entered?.point,
    });
  }

  /** Again as it was kept, or anew. */
  async function answerOnce(request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
    if (request.headers.origin === undefined) kept?.lane.noteHeaders(reply.getHeaders());
    const context = await openContext(request);
    const keys = kept && keysOf(request.sent, request.headers);
    if (kept === undefined || keys === undefined) return answer(request, request.body, context);
    return (await giveAgain(kept, keys, context)) ?? answerAndKeep(kept, keys, request, context);
  }

  async function giveAgain({ answers, repeats }: Kept, keys: Keys, context: Context) {
    const found = answers.find(keys);
    const again = found && (await repeats.give(found, context));
    if (again === undefined) answers.missed();
    else context.deadline.end();
    return again;
  }

  async function answerAndKeep(
    { answers, makings }: Kept,
    keys: Keys,
    request: FastifyRequest,
    context: Context,
  ): Promise<Answer> {
    if (!context.reads.usesCopies()) return answer(request, request.body, context);
    const draft = { makings: makings() };
    context.reads.noteIn(draft.makings);
    const made = await answer(request, request.body, { draft, ...context });
    const contentType = new Map(made.headers).get('content-type');
    if (contentType !== undefined) answers.keep(keys, draft, contentType);
    return made;
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
      } = await tracing.span('graphql', noAttributes, () =>
        graphql.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: request.method,
            headers: headersFor(request),
            search: searchOf(request.url),
            body: sent,
          },
          context: () => Promise.resolve(context),
        }),
      );
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

const noAttributes = () => ({});

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
