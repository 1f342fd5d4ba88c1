import type { ApolloServer } from '@apollo/server';
import {
  createSourceEventStream,
  execute,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Deadline } from '../clock/deadline.ts';
import type { Context } from '../context/context.ts';
import type { Caller } from '../context/create-context.ts';
import type { SentRequest } from '../documents/asked.ts';
import { inBackground, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { createAnswers, type Answers } from './answers.ts';
import { createErrorsFormat } from './format-error.ts';
import { asStreamable, type ReadSubscription } from './read-subscription.ts';

/** Operations of transports that can carry streams. */
export interface Operations {
  /**
   * Answers any operation through the same pipeline as HTTP: Apollo reads, validates and limits it, executes queries and
   * mutations, and hands subscriptions over. Throws what making the context throws: `UNAUTHENTICATED`, `RATE_LIMITED`.
   */
  run(operation: Operation, asker: Asker): Promise<Outcome>;
  /** What a client may know of an error that `run` or a stream has thrown. */
  explain(error: unknown, requestId: string): readonly GraphQLFormattedError[];
}

/** As the client sent it. */
export interface Operation {
  readonly query?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** The whole of it, for other ways of naming a document. */
  readonly sent?: Readonly<Record<string, unknown>> | undefined;
}

export interface Asker extends Pick<Caller, 'requestId' | 'clientAddress' | 'authorization' | 'findSession'> {
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: FormattedExecutionResult }
  /** It throws what ends it before its time: `TOO_SLOW`, `UNAUTHENTICATED` when the session has ended, or a fault. */
  | { readonly kind: 'stream'; readonly answers: Answers };

interface Needs {
  readonly graphql: ApolloServer<Context>;
  /** The one that Apollo serves. */
  readonly schema: GraphQLSchema;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

export function createOperations({
  graphql,
  schema,
  createContext,
  log,
  metrics,
  tracing,
}: Needs): Operations {
  const formatErrors = createErrorsFormat({ log, metrics });

  const run = (operation: Operation, asker: Asker): Promise<Outcome> =>
    // What a client of these transports says of its traces has no place in their messages.
    tracing.request('graphql over a connection', {}, () => answerOperation(operation, asker));

  async function answerOperation(operation: Operation, asker: Asker): Promise<Outcome> {
    const context = await createContext(asker);
    const leave = onAbort(asker.gone, () => context.deadline.cancel());
    try {
      let read: ReadSubscription | undefined;
      const { body } = await graphql.executeOperation(requestOf(operation), {
        contextValue: asStreamable(context, (subscription) => (read = subscription)),
      });
      if (read !== undefined) return await open(read, asker);
      // The mark of what was written, for later requests of the session.
      await context.consistencyToken();
      if (body.kind === 'incremental') throw new Error('a chunked answer from a schema without @defer');
      return { kind: 'answer', answer: body.singleResult };
    } finally {
      leave();
      context.deadline.end();
    }
  }

  async function open(read: ReadSubscription, asker: Asker): Promise<Outcome> {
    const { requestId } = asker;
    const context = await createContext({ isStream: true, isActivity: false, ...asker });
    const source = await createSourceEventStream({ schema, contextValue: context, ...read });
    if (!(Symbol.asyncIterator in source)) {
      context.deadline.cancel();
      return { kind: 'answer', answer: formatted(source, requestId) };
    }
    // No signal, whose list of listeners would keep the garbage of each event alive for that of the next.
    let current: Deadline | undefined;
    const answers = createAnswers({
      source: source[Symbol.asyncIterator](),
      answer: (event) => answerEvent(read, event, asker, (begun) => (current = begun)),
      onEnd(returning) {
        context.deadline.cancel();
        current?.cancel();
        metrics.liveStreams.dec();
        inBackground(log, 'the end of a stream', returning);
      },
    });
    metrics.liveStreams.inc();
    if (asker.gone.aborted) await answers.return();
    return { kind: 'stream', answers };
  }

  /** Each event as a request of its own: its rights, its reads and its time are those of now, not of the subscription. */
  async function answerEvent(
    read: ReadSubscription,
    event: unknown,
    asker: Asker,
    onBegin: (deadline: Deadline) => void,
  ): Promise<FormattedExecutionResult> {
    // Nobody has done anything: an event keeps no session open and nobody online.
    const context = await createContext({ isActivity: false, ...asker });
    onBegin(context.deadline);
    try {
      const result = await execute({ schema, rootValue: event, contextValue: context, ...read });
      metrics.liveEvents.inc({ outcome: result.errors === undefined ? 'whole' : 'errors' });
      return formatted(result, asker.requestId);
    } finally {
      context.deadline.end();
    }
  }

  function formatted({ data, errors }: ExecutionResult, requestId: string): FormattedExecutionResult {
    return {
      ...(errors === undefined ? {} : { errors: formatErrors(errors, requestId) }),
      ...(data === undefined ? {} : { data }),
    };
  }

  return {
    run,
    explain: (error, requestId) => formatErrors([error], requestId),
  };
}

/** What is absent must be left out. */
function requestOf({ query, operationName, variables, extensions, sent }: Operation): SentRequest {
  return {
    ...(query === undefined ? {} : { query }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables }),
    ...(extensions === undefined ? {} : { extensions: { ...extensions } }),
    ...(sent === undefined ? {} : { sent }),
  };
}

function onAbort(signal: AbortSignal, task: () => void): () => void {
  if (signal.aborted) task();
  signal.addEventListener('abort', task, { once: true });
  return () => signal.removeEventListener('abort', task);
}
