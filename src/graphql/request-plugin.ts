import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { areSafeVariables } from './safe-text.ts';

/** Names come from clients, and a label must not grow without bound. */
const maxOperationNames = 200;

/** What happens around each request: text that no column can keep is refused, errors learn the request id, time is measured. */
export function createRequestPlugin({
  clock,
  metrics,
}: {
  readonly clock: Clock;
  readonly metrics: Metrics;
}): ApolloServerPlugin<Context> {
  const names = new Set<string>();

  function labelOf(name: string | null | undefined): string {
    if (name == null) return 'anonymous';
    if (names.size < maxOperationNames) names.add(name);
    return names.has(name) ? name : 'other';
  }

  return {
    requestDidStart() {
      const startedAt = clock.monotonic();
      return Promise.resolve({
        didResolveOperation({ request }) {
          if (request.variables !== undefined && !areSafeVariables(request.variables)) {
            throw new GraphQLError(
              'A variable has a NUL character, half a surrogate pair, or is nested too deeply.',
              {
                extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
              },
            );
          }
          return Promise.resolve();
        },
        didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) error.extensions['requestId'] = contextValue.requestId;
          return Promise.resolve();
        },
        willSendResponse({ operation, operationName }) {
          const labels = { operation: labelOf(operationName), type: operation?.operation ?? 'none' };
          metrics.operationSeconds.observe(labels, (clock.monotonic() - startedAt) / 1000);
          return Promise.resolve();
        },
      });
    },
  };
}
