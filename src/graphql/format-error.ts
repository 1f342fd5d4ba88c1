import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { asError } from '../errors/as-error.ts';
import { isErrorCode, type ErrorCode } from '../errors/codes.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

/**
 * The one place through which every error leaves, so the one place that masks. A code of the catalogue passes with its
 * message; anything else becomes INTERNAL_SERVER_ERROR and is logged under the request id that the client gets too.
 */
export function createFormatError({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    const where = {
      ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
      ...(formatted.path === undefined ? {} : { path: formatted.path }),
    };
    const requestId = requestIdOf(error);
    const known = publicFacts(formatted, cause);
    metrics.operationErrors.inc({ code: known?.code ?? 'INTERNAL_SERVER_ERROR' });
    if (known !== undefined) {
      return {
        message: known.message,
        ...where,
        extensions: { code: known.code, ...known.details, ...requestId },
      };
    }
    log.error({ err: cause, ...requestId, path: formatted.path }, 'masked error');
    const message = 'Something failed on our side.';
    return { message, ...where, extensions: { code: 'INTERNAL_SERVER_ERROR', ...requestId } };
  };
}

/** The same for errors of executions that are not Apollo's, and for what ended them. */
export function createErrorsFormat(needs: Parameters<typeof createFormatError>[0]) {
  const formatError = createFormatError(needs);
  return (errors: readonly unknown[], requestId: string): readonly GraphQLFormattedError[] =>
    errors.map((error) => {
      const located = error instanceof GraphQLError ? error : atNoField(error);
      located.extensions['requestId'] = requestId;
      const { path, ...formatted } = located.toJSON();
      return formatError(
        path === undefined || path.length === 0 ? formatted : { ...formatted, path },
        located,
      );
    });
}

/** With a path, though an empty one, so that the cause is told from a fault of the document. */
function atNoField(error: unknown): GraphQLError {
  const originalError = asError(error);
  return new GraphQLError(originalError.message, { originalError, path: [] });
}

interface PublicFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function publicFacts(formatted: GraphQLFormattedError, cause: unknown): PublicFacts | undefined {
  if (cause instanceof DomainError) return cause;
  // A GraphQLError is graphql-js's or Apollo's own word on the request; other errors with a `code` are not.
  if (!(cause instanceof GraphQLError)) return undefined;
  // What a plugin refuses comes wrapped, for only a GraphQLError has a status.
  if (cause.originalError instanceof DomainError) return cause.originalError;
  const code = codeOf(formatted, cause);
  if (code === undefined) return undefined;
  return { code, message: cut(formatted.message), details: {} };
}

function codeOf(formatted: GraphQLFormattedError, cause: GraphQLError): ErrorCode | undefined {
  const code = formatted.extensions?.['code'];
  if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return code;
  if (cause.originalError !== undefined) return undefined;
  return withoutCode.find(([words]) => words.test(cause.message))?.[1];
}

/** What graphql-js and Apollo say about a faulty request without giving it a code; only their words tell it from our faults. */
const withoutCode: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Argument "\w+" (of (non-null|required) type |has invalid value )/, 'BAD_USER_INPUT'],
  [/^Too many errors processing variables, /, 'BAD_USER_INPUT'],
  [/^provided sha does not match query$/, 'BAD_REQUEST'],
  [/^Unsupported persisted query version$/, 'BAD_REQUEST'],
];

/** Messages quote what the client sent, which may be a megabyte. */
const maxMessageLength = 500;

function cut(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

/** Put there by the request's plugin. */
function requestIdOf(error: unknown): { readonly requestId?: unknown } {
  return error instanceof GraphQLError && 'requestId' in error.extensions
    ? { requestId: error.extensions['requestId'] }
    : {};
}
