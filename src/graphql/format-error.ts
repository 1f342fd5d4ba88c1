import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
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

interface PublicFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function publicFacts(formatted: GraphQLFormattedError, cause: unknown): PublicFacts | undefined {
  if (cause instanceof DomainError) return cause;
  const code = formatted.extensions?.['code'];
  // A GraphQLError is graphql-js's or Apollo's own word on the request; other errors with a `code` are not.
  if (!(cause instanceof GraphQLError) || !isErrorCode(code) || code === 'INTERNAL_SERVER_ERROR')
    return undefined;
  return { code, message: formatted.message, details: {} };
}

/** Put there by the request's plugin. */
function requestIdOf(error: unknown): { readonly requestId?: unknown } {
  return error instanceof GraphQLError && 'requestId' in error.extensions
    ? { requestId: error.extensions['requestId'] }
    : {};
}
