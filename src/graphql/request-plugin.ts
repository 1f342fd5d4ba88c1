import { GraphQLError } from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { EdgePlugin } from './joined-plugins.ts';
import { areSafeVariables } from './safe-text.ts';

/** Names come from clients, and labels must not grow without bound: a document may be one name of 100 kB. */
const maxOperationNames = 200;
const maxNameLength = 100;

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What happens around each request: text that no column can keep is refused, errors learn the request id, time is measured. */
export function createRequestPlugin({ clock, log, metrics }: Needs): EdgePlugin {
  const names = new Set<string>();

  function labelOf(name: string | null | undefined): string {
    if (name == null) return 'anonymous';
    if (names.size < maxOperationNames && name.length <= maxNameLength) names.add(name);
    return names.has(name) ? name : 'other';
  }

  return {
    requestDidStart({ request }) {
      const startedAt = clock.monotonic();
      return {
        didResolveOperation() {
          if (request.variables !== undefined && !areSafeVariables(request.variables)) {
            throw new GraphQLError(
              'A variable has a NUL character, half a surrogate pair, or is nested too deeply.',
              {
                extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
              },
            );
          }
        },
        didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) error.extensions['requestId'] = contextValue.requestId;
        },
        willSendResponse({ operation, operationName, contextValue: { draft } }) {
          const labels = { operation: labelOf(operationName), type: operation?.operation ?? 'none' };
          if (draft !== undefined) draft.labels = labels;
          metrics.operationSeconds.observe(labels, (clock.monotonic() - startedAt) / 1000);
        },
      };
    },
    // Apollo gives the client an error without the cause.
    unexpectedErrorProcessingRequest({ requestContext, error }) {
      log.error({ err: error, requestId: requestContext.contextValue.requestId }, 'unexpected error');
      return Promise.resolve();
    },
  };
}
