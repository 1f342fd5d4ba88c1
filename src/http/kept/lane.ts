import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../../context/context.ts';
import type { Caller } from '../../context/create-context.ts';
import type { KeptAnswer, KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import { inBackground } from '../../log/log.ts';
import { tallyOf } from '../../metrics/tally.ts';
import type { ClientAddress } from '../client-address.ts';
import { hasTooManyHeaders } from '../header-limit.ts';
import { requestIdOf } from '../request-id.ts';
import type { HotLane } from '../redirects/hot-lane.ts';
import type { Records } from '../request-record.ts';
import { keyOf, maxKeyCharacters, type Repeats } from './repeats.ts';

/** Kept answers in front of the framework, whose way through hooks and plugins costs as much as Node needs for the request. */
export interface KeptLane {
  /** False: it is left untouched. Else it is answered, or handed to `passOn`, as it came. */
  readonly take: HotLane;
  /** Of a request that was handed on after it had been let in, which is done once. */
  opened(request: IncomingMessage): Promise<Context> | undefined;
  /** What is beside the answer's own headers in each answer to who has no `Origin`. */
  noteHeaders(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): void;
}

interface Needs extends Records {
  readonly answers: Pick<KeptAnswers, 'find'>;
  readonly repeats: Repeats;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly clientAddress: ClientAddress;
  readonly consistencyHeader: string;
}

const counted = { route: '/graphql', status: '200' } as const;
/** Each request has its own. */
const ofRequests = new Set(['cache-control', 'x-request-id']);

/**
 * It knows the plain case alone: a small POST whose body came with its head, from where no other origin has to be answered.
 * Its requests are let in like all others, and counted; they are logged one by one at level `debug` only.
 */
export function createKeptLane(needs: Needs): KeptLane {
  const { answers, repeats, createContext, clientAddress, consistencyHeader, log, metrics } = needs;
  const count = tallyOf(metrics.httpRequests, counted);
  const contexts = new WeakMap<IncomingMessage, Promise<Context>>();
  let fixedHeaders: readonly string[] | undefined;

  function take(request: IncomingMessage, response: ServerResponse, passOn: () => void): boolean {
    if (fixedHeaders === undefined || !isPlain(request)) return false;
    // When the body is parsed, as far as it has come.
    queueMicrotask(() => {
      const kept = keptFor(request);
      if (kept === undefined) passOn();
      else inBackground(log, 'a kept answer', give(kept, request, response, passOn));
    });
    return true;
  }

  function keptFor(request: IncomingMessage): KeptAnswer | undefined {
    if (request.readableLength !== Number(request.headers['content-length'])) return undefined;
    const body: unknown = request.read();
    if (!(body instanceof Buffer)) return undefined;
    // At once, and before the stream says that it has ended: whoever it is handed to reads it as if it had just come.
    request.unshift(body);
    const key = isUtf8(body) ? keyOf(body.toString('utf8'), request.headers) : undefined;
    return key === undefined ? undefined : answers.find(key);
  }

  async function give(
    kept: KeptAnswer,
    request: IncomingMessage,
    response: ServerResponse,
    passOn: () => void,
  ): Promise<void> {
    const { headers } = request;
    const requestId = requestIdOf(headers['x-request-id']);
    const opening = createContext({
      requestId,
      clientAddress: clientAddress(request),
      authorization: headers.authorization,
      consistencyToken: headers[consistencyHeader]?.toString(),
    });
    const context = await opening.catch(() => undefined);
    const again = context && (await repeats.give(kept, context));
    if (context === undefined || again === undefined) {
      // By the same name, with what became of letting it in.
      headers['x-request-id'] = requestId;
      contexts.set(request, opening);
      passOn();
      return;
    }
    context.deadline.end();
    const { body } = again;
    response.writeHead(200, [
      ...(fixedHeaders ?? []),
      ...[...again.headers].flat(),
      ...['x-request-id', requestId, 'content-length', String(Buffer.byteLength(body))],
    ]);
    response.end(body);
    count();
    log.debug({ requestId, method: 'POST', ...counted }, 'request');
  }

  return {
    take,
    opened: (request) => contexts.get(request),
    noteHeaders(headers) {
      fixedHeaders ??= Object.entries(headers).flatMap(([name, value]) =>
        ofRequests.has(name) || value === undefined ? [] : [name, String(value)],
      );
    },
  };
}

function isPlain(request: IncomingMessage): boolean {
  if (request.method !== 'POST' || request.url !== '/graphql') return false;
  return hasPlainHeaders(request.headers) && !hasTooManyHeaders(request);
}

function hasPlainHeaders(headers: IncomingHttpHeaders): boolean {
  const { host, origin, expect } = headers;
  const isWhole = headers['transfer-encoding'] === undefined && headers['content-encoding'] === undefined;
  const isSmall = Number(headers['content-length']) <= maxKeyCharacters;
  return isWhole && isSmall && host !== undefined && origin === undefined && expect === undefined;
}
