import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { anonymous } from '../../auth/viewer.ts';
import type { Context } from '../../context/context.ts';
import type { Caller } from '../../context/create-context.ts';
import type { KeptAnswer, KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import { keysOf, maxKeyCharacters } from '../../graphql/kept/keys.ts';
import { inBackground } from '../../log/log.ts';
import { tallyOf } from '../../metrics/tally.ts';
import type { Entry, RateLimit } from '../../limits/rate/rate-limit.ts';
import type { Answer } from '../batch.ts';
import type { ClientAddress } from '../client-address.ts';
import { hasTooManyHeaders } from '../header-limit.ts';
import { requestIdOf } from '../request-id.ts';
import type { HotLane } from '../redirects/hot-lane.ts';
import type { Records } from '../request-record.ts';
import type { Repeats } from './repeats.ts';

/** Kept answers in front of the framework, whose way through hooks and plugins costs as much as Node needs for the request. */
export interface KeptLane {
  /** False: it is left untouched. Else it is answered, or handed to `passOn`, as it came. */
  readonly take: HotLane;
  /** How far a request that was handed on has been let in, which is done once; its point was taken. */
  entered(request: IncomingMessage): Entered | undefined;
  /** What is beside the answer's own headers in each answer to who has no `Origin`. */
  noteHeaders(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): void;
}

export type Entered = { readonly context: Promise<Context> } | { readonly point: Promise<Entry> };

interface Needs extends Records {
  readonly answers: Pick<KeptAnswers, 'find'>;
  readonly repeats: Repeats;
  readonly createContext: (caller: Caller) => Promise<Context>;
  readonly rateLimit: RateLimit;
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
  const { answers, repeats, createContext, rateLimit, clientAddress, consistencyHeader, log, metrics } =
    needs;
  const count = tallyOf(metrics.httpRequests, counted);
  const handedOn = new WeakMap<IncomingMessage, Entered>();
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
    const keys = isUtf8(body) ? keysOf(body.toString('utf8'), request.headers) : undefined;
    return keys && answers.find(keys);
  }

  /** Lets the sender in, and answers; or hands on, by the same name, what has become of it so far. */
  async function give(
    kept: KeptAnswer,
    request: IncomingMessage,
    response: ServerResponse,
    passOn: () => void,
  ): Promise<void> {
    const requestId = requestIdOf(request.headers['x-request-id']);
    const entered = enter(request, requestId);
    const again = await giveTo(entered, kept).catch(() => undefined);
    if (again !== undefined) {
      answer(response, again, requestId);
      return;
    }
    request.headers['x-request-id'] = requestId;
    handedOn.set(request, entered);
    passOn();
  }

  /** Who has no token is nobody of whom anything has to be known but the address. */
  function enter(request: IncomingMessage, requestId: string): Entered {
    const { authorization, [consistencyHeader]: seen } = request.headers;
    const address = clientAddress(request);
    if (authorization === undefined && seen === undefined) return { point: rateLimit.enter({ address }) };
    const consistencyToken = seen?.toString();
    return { context: createContext({ requestId, clientAddress: address, authorization, consistencyToken }) };
  }

  async function giveTo(entered: Entered, kept: KeptAnswer): Promise<Answer | undefined> {
    if ('point' in entered) {
      const budget = rateLimit.admit(await entered.point, 'client');
      return repeats.give(kept, { budget, viewer: anonymous, reads: copies });
    }
    // Beside the session: one round trip for both.
    const asked = kept.seal.holds();
    const context = await entered.context;
    const again = await repeats.give(kept, context, asked);
    if (again !== undefined) context.deadline.end();
    return again;
  }

  function answer(response: ServerResponse, { headers, body }: Answer, requestId: string): void {
    // A tenth of what spreading them into one list takes, which was a fiftieth of the whole request.
    const all = fixedHeaders?.slice() ?? [];
    for (const [name, value] of headers) all.push(name, value);
    all.push('x-request-id', requestId, 'content-length', String(Buffer.byteLength(body)));
    response.writeHead(200, all);
    response.end(body);
    count();
    log.debug({ requestId, method: 'POST', ...counted }, 'request');
  }

  return {
    take,
    entered: (request) => handedOn.get(request),
    noteHeaders(headers) {
      fixedHeaders ??= Object.entries(headers).flatMap(([name, value]) =>
        ofRequests.has(name) || value === undefined ? [] : [name, String(value)],
      );
    },
  };
}

/** Of who has told of no write. */
const copies = { usesCopies: () => true };

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
