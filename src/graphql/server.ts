import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type GraphQLSchema, type ValidationContext } from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createFormatError } from './format-error.ts';
import { createRequestPlugin } from './request-plugin.ts';
import { safeTextRule } from './safe-text.ts';

interface Needs {
  readonly schema: GraphQLSchema;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Introspection, suggestions. */
  readonly development: boolean;
  readonly maxTokens: number;
  readonly maxDepth: number;
}

/** Apollo, with what it does by default and we do not need switched off. Its document and APQ caches are bounded in bytes. */
export function createGraphqlServer({
  schema,
  clock,
  log,
  metrics,
  development,
  maxTokens,
  maxDepth,
}: Needs): ApolloServer<Context> {
  const plugins: ApolloServerPlugin<Context>[] = [
    // Wraps the resolver of every field, for headers that this gateway does not send.
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    createRequestPlugin({ clock, metrics }),
  ];
  return new ApolloServer<Context>({
    schema,
    plugins,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    parseOptions: { maxLexicalTokens: maxTokens },
    validationRules: [depthRule(maxDepth), safeTextRule],
    formatError: createFormatError({ log, metrics }),
    logger: apolloLog(log),
  });
}

/** The library would throw out of the validation, which Apollo takes for a fault of ours. */
function depthRule(maxDepth: number) {
  return maxDepthRule({
    n: maxDepth,
    flattenFragments: true,
    propagateOnRejection: false,
    onReject: [
      (context: ValidationContext | null) =>
        context?.reportError(new GraphQLError(`A document may be ${maxDepth} levels deep.`)),
    ],
  });
}

function apolloLog(log: Log) {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message?: unknown) =>
    log[level]({ source: 'apollo' }, String(message));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
