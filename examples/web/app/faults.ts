import type { CombinedError } from '@urql/core';

/** Why there is no answer, in the gateway's words. */
export interface Fault {
  /** One of the gateway's codes; `NO_ANSWER` where nothing came, or nothing of the gateway's. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
  /** To quote when one asks for help. */
  readonly requestId: string | undefined;
}

export class GatewayFault extends Error {
  override readonly name = 'GatewayFault';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

interface GatewayError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Of an answer over HTTP. Of several errors the first one counts. */
export function faultOf({ graphQLErrors, networkError }: CombinedError): Fault {
  const [first] = graphQLErrors;
  if (first === undefined) return noAnswer(networkError?.message ?? 'The answer is empty.');
  return read(first);
}

/** Of a stream, which ends with a list of errors, or with the event of a socket that has closed. */
export function faultOfStream(error: unknown): Fault {
  const [first] = Array.isArray(error) ? (error as readonly GatewayError[]) : [];
  if (first !== undefined) return read(first);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === unauthenticatedClose ? signInAgain : noAnswer('The connection is gone.');
}

/** How often the same may be asked without harm. */
export type Repeatable =
  /** Done twice is done once: all queries, and mutations with a key of the client's. */
  | 'always'
  /** Only where it is certain that nothing was done. */
  | 'if-refused';

/** Milliseconds to wait before asking again; undefined where that is of no use, or could do something twice. */
export function waitBefore(
  { code, retryAfterSeconds }: Fault,
  attempt: number,
  repeatable: Repeatable,
  random: () => number = Math.random,
): number | undefined {
  const helps = refusals.has(code) || (repeatable === 'always' && passing.has(code));
  if (!helps) return undefined;
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1_000;
  // Apart, so that all the clients of a gateway that stops do not come to the next one at once.
  return Math.min(shortestWaitMs * 2 ** (attempt - 1), longestWaitMs) * (0.5 + random() / 2);
}

/** Whether what was proven of the user, if anything, is not enough any more. */
export const asksForPassword = ({ code }: Fault): boolean =>
  code === 'UNAUTHENTICATED' || code === 'STEP_UP_REQUIRED';

const shortestWaitMs = 500;
const longestWaitMs = 10_000;
const unauthenticatedClose = 4401;

/** Nothing was done: the request was refused before that. */
const refusals: ReadonlySet<string> = new Set(['RATE_LIMITED', 'SHUTTING_DOWN']);
/** It passes, but what was asked for may have been done. */
const passing: ReadonlySet<string> = new Set(['NO_ANSWER', 'UPSTREAM_UNAVAILABLE', 'TIMEOUT', 'TOO_SLOW']);

const signInAgain: Fault = {
  code: 'UNAUTHENTICATED',
  message: 'The session has ended.',
  retryAfterSeconds: undefined,
  requestId: undefined,
};

const noAnswer = (message: string): Fault => ({ ...signInAgain, code: 'NO_ANSWER', message });

function read({ message, extensions = {} }: GatewayError): Fault {
  const { code, retryAfterSeconds, requestId } = extensions;
  return {
    message,
    code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}
