import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { tallyOf } from '../metrics/tally.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { EdgePlugin } from './joined-plugins.ts';
import type { OperationNames } from './operation-names.ts';
import { areSafeVariables } from './safe-text.ts';

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly names: OperationNames;
  readonly tracing: Tracing;
}

/** What is not the caller's fault. */
const ours: ReadonlySet<unknown> = new Set<ErrorCode>([
  'INTERNAL_SERVER_ERROR',
  'TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);
const outcomes = ['answered', 'refused', 'failed'] as const;

/** What happens around each request: text that no column can keep is refused, errors learn the request id, time is measured. */
export function createRequestPlugin({ clock, log, metrics, names, tracing }: Needs): EdgePlugin {
  // There from the start, for the rate of what begins with its first failure would not be known.
  for (const outcome of outcomes) metrics.operations.inc({ outcome }, 0);
  const count = {
    answered: tallyOf(metrics.operations, { outcome: 'answered' }),
    refused: tallyOf(metrics.operations, { outcome: 'refused' }),
    failed: tallyOf(metrics.operations, { outcome: 'failed' }),
  };

  return {
    requestDidStart({ request }) {
      const startedAt = clock.monotonic();
      return {
        didResolveOperation({ operation, operationName }) {
          if (tracing.isOn) {
            const name = `graphql ${operation?.operation ?? 'none'}`;
            tracing.describe(name, { 'graphql.operation.name': names(operationName) });
          }
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
        willSendResponse({ operation, operationName, contextValue: { draft }, response: { body } }) {
          count[body.kind === 'single' ? outcomeOf(body.singleResult) : 'answered']();
          const labels = { operation: names(operationName), type: operation?.operation ?? 'none' };
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

function outcomeOf({ errors }: FormattedExecutionResult): (typeof outcomes)[number] {
  if (errors === undefined || errors.length === 0) return 'answered';
  return errors.some(({ extensions }) => ours.has(extensions?.['code'])) ? 'failed' : 'refused';
}
