import type { FastifyRequest } from 'fastify';

/** Why a request is not handed to Apollo. */
interface Fault {
  readonly status: number;
  readonly message: string;
}

/** Comments are no tokens, so that the limit of tokens alone would let a whole body of them through to be parsed. */
const maxDocumentCharacters = 100_000;

interface Way {
  readonly byEvents: boolean;
  /** Operations that may come in an array; none may where it is below 2. */
  readonly maxBatch: number;
}

/** What Apollo would refuse too late, let pass, or refuse in words about its own insides. */
export function faultOf({ headers, body }: FastifyRequest, { byEvents, maxBatch }: Way): Fault | undefined {
  // Apollo looks at it last, when a mutation is done already.
  if (!byEvents && headers.accept !== undefined && !acceptable.test(headers.accept))
    return {
      status: 406,
      message:
        'Answers are application/json, application/graphql-response+json or, to POST, text/event-stream.',
    };
  if (!Array.isArray(body)) return faultOfOperation(body);
  if (maxBatch < 2 || byEvents)
    return { status: 400, message: 'Arrays of operations are not answered here.' };
  if (body.length === 0 || body.length > maxBatch)
    return { status: 400, message: `An array may have 1 to ${maxBatch} operations.` };
  return body.map((item) => faultOfItem(item) ?? faultOfOperation(item)).find((fault) => fault !== undefined);
}

const faultOfItem = (item: unknown): Fault | undefined =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? undefined
    : { status: 400, message: 'An array of operations may have nothing else in it.' };

function faultOfOperation(body: unknown): Fault | undefined {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  if (query == null) return undefined;
  if (typeof query !== 'string') return { status: 400, message: '`query` must be a string.' };
  if (query.length > maxDocumentCharacters)
    return { status: 413, message: `A document may have ${maxDocumentCharacters} characters.` };
  return undefined;
}

/** Whoever prefers events to one answer. */
export const wantsEvents = ({ method, headers }: FastifyRequest): boolean =>
  method === 'POST' && /^\s*text\/event-stream\b/i.test(headers.accept ?? '');

const acceptable = /\*\/\*|application\/(\*|json|graphql-response\+json)/i;
