import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { z } from 'zod';
import type { Clock } from '../../clock/clock.ts';
import type { SessionWatch } from '../../context/session-watch.ts';
import { DomainError } from '../../errors/domain-error.ts';
import { cacheControl } from '../../graphql/audience-plugin.ts';
import type { Operation, Operations } from '../../graphql/operations.ts';
import type { ClientAddress } from '../client-address.ts';
import { refuse } from '../errors.ts';
import { recordRequest, type Records } from '../request-record.ts';
import { crowdedMessage, type Connections } from './connections.ts';
import type { LiveSettings } from './settings.ts';

export interface EventStreamNeeds extends Records {
  readonly operations: Operations;
  readonly sessions: SessionWatch;
  readonly connections: Connections;
  readonly clientAddress: ClientAddress;
  readonly clock: Clock;
  readonly settings: Pick<LiveSettings, 'stalledAfterMs' | 'keepAliveMs'>;
}

const optional = <Type extends z.ZodType>(type: Type) =>
  z
    .union([type, z.null()])
    .optional()
    .transform((value) => value ?? undefined);
const record = z.record(z.string(), z.unknown());
/** With what else there is, for a document may be named in several ways. */
const body = z.looseObject({
  query: optional(z.string()),
  operationName: optional(z.string()),
  variables: optional(record),
  extensions: optional(record),
});

/**
 * Answers any operation by server-sent events: `next` for each answer, then `complete`, as graphql-sse's clients in their
 * mode of distinct connections expect. Its server is not used: it queues without bound for a client that reads slowly.
 */
export function createEventStream({
  operations,
  sessions,
  connections,
  clientAddress,
  clock,
  settings,
  ...records
}: EventStreamNeeds) {
  return async function answerByEvents(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const operation = body.safeParse(request.body);
    if (!operation.success) return refuse(request, reply, 400, 'This is not a GraphQL request.');
    const address = clientAddress(request.raw);
    switch (connections.refusal(address)) {
      case 'closing':
        throw new DomainError('SHUTTING_DOWN', 'This gateway is stopping.');
      case 'full':
        throw new DomainError('RATE_LIMITED', 'This gateway has as many connections as it may have.');
      case 'crowded':
        throw new DomainError('RATE_LIMITED', crowdedMessage);
      case undefined:
        return stream(request, reply, address, { ...operation.data, sent: operation.data });
    }
  };

  async function stream(
    request: FastifyRequest,
    reply: FastifyReply,
    address: string,
    operation: Operation,
  ): Promise<FastifyReply> {
    const controller = new AbortController();
    const gone = controller.signal;
    const { authorization } = request.headers;
    let ending: DomainError | undefined;
    const end = (error: DomainError) => {
      ending ??= error;
      controller.abort();
    };
    const leave = await sessions.attend(authorization, () =>
      end(new DomainError('UNAUTHENTICATED', 'The session has ended; sign in again.')),
    );
    const { raw } = reply;
    const finished = new Promise<void>((resolve) => raw.once('close', resolve));
    raw.once('close', () => controller.abort());
    let isStream = false;
    const remove = connections.add('sse', address, {
      retire() {
        if (isStream) end(new DomainError('SHUTTING_DOWN', 'This gateway is stopping; subscribe again.'));
        return finished;
      },
    });
    try {
      const asker = {
        requestId: request.id,
        clientAddress: address,
        ...{ authorization, findSession: sessions.find, gone },
      };
      const outcome = await operations.run(operation, asker);
      const lines = openLines(reply, clock, settings);
      try {
        if (outcome.kind === 'answer') await lines.next(outcome.answer);
        else {
          isStream = true;
          gone.addEventListener('abort', () => void outcome.answers.return());
          for await (const answer of outcome.answers) await lines.next(answer);
        }
      } catch (error) {
        await lines.next({ errors: operations.explain(error, request.id) });
      }
      if (ending !== undefined) await lines.next({ errors: operations.explain(ending, request.id) });
      lines.complete();
    } finally {
      leave();
      remove();
    }
    recordRequest(records, request, reply);
    return reply;
  }
}

/** Takes the response over from Fastify. */
function openLines(reply: FastifyReply, clock: Clock, settings: EventStreamNeeds['settings']) {
  const { raw } = reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': `${cacheControl.viewer}, no-transform`,
    // nginx would collect them.
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  // Some browsers do not believe in headers alone.
  raw.write(':\n\n');
  const stopAsking = clock.every(settings.keepAliveMs, () => {
    if (!raw.writableNeedDrain) raw.write(':\n\n');
  });
  raw.once('close', stopAsking);

  return {
    /** Resolves when there may be more. */
    async next(answer: FormattedExecutionResult): Promise<void> {
      if (raw.destroyed || raw.write(`event: next\ndata: ${JSON.stringify(answer)}\n\n`)) return;
      await drained(raw, clock, settings.stalledAfterMs);
    },
    complete: () => raw.end('event: complete\ndata:\n\n'),
  };
}

/** Cuts a client that has read nothing for too long. */
function drained(raw: ServerResponse, clock: Clock, stalledAfterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stopTimer = clock.after(stalledAfterMs, () => raw.destroy());
    const finish = () => {
      stopTimer();
      raw.off('drain', finish).off('close', finish);
      resolve();
    };
    raw.once('drain', finish).once('close', finish);
  });
}
