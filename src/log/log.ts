import { pino, type Logger } from 'pino';
import { textOf } from '../errors/as-error.ts';
import { traceOfLines } from './trace-id.ts';

export type Log = Logger;

/** JSON lines on stdout. What must never be logged is cut out here, whatever a caller passes. */
export function createLog(options: {
  readonly level: string;
  readonly destination?: { write(line: string): void };
}): Log {
  const settings = {
    level: options.level,
    redact: {
      paths: ['token', 'password', 'authorization', 'phone', 'balance'].flatMap((name) => [
        name,
        `*.${name}`,
        `*.*.${name}`,
      ]),
      censor: '[redacted]',
    },
    serializers: { err: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    mixin: () => {
      const traceId = traceOfLines.getStore();
      return traceId === undefined ? {} : { traceId };
    },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** Chosen fields only: drivers hang whole connections, addresses and keys included, on their errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return textOf(error);
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    code,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Runs work that nobody waits for; a failure is logged under `what` instead of being lost. */
export function inBackground(log: Log, what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    log.error({ err: error, what }, 'background work failed');
  });
}
