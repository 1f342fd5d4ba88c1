import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type DocumentNode, type GraphQLSchema, type ValidationContext } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createFormatError } from './format-error.ts';
import { createSubscriptionPlugin } from './read-subscription.ts';
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
  /** Without it nothing costs anything. */
  readonly budgetPlugin?: ApolloServerPlugin<Context>;
}

/** Apollo, with what it does by default and we do not need switched off. Its APQ cache is bounded in bytes. */
export function createGraphqlServer({
  schema,
  clock,
  log,
  metrics,
  development,
  maxTokens,
  maxDepth,
  budgetPlugin,
}: Needs): ApolloServer<Context> {
  const plugins: ApolloServerPlugin<Context>[] = [
    // Wraps the resolver of every field, for headers that this gateway does not send.
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    createRequestPlugin({ clock, log, metrics }),
    createSubscriptionPlugin(),
    // The last, behind all that may refuse.
    ...(budgetPlugin === undefined ? [] : [budgetPlugin]),
  ];
  return new ApolloServer<Context>({
    schema,
    plugins,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    documentStore: createDocumentStore(),
    parseOptions: { maxLexicalTokens: maxTokens },
    validationRules: [depthRule(maxDepth), safeTextRule],
    formatError: createFormatError({ log, metrics }),
    logger: apolloLog(log),
  });
}

const documentStoreBytes = 64 * 1_048_576;
/** Measured on documents of nothing but one-letter fields; ordinary ones take less. */
const bytesPerCharacter = 350;

/**
 * Parsed and validated documents. Apollo's own store takes a document for as large as its JSON, without the tokens that
 * hang on every node: 1 MB of comments is 45 MB of them, and would count as 400 bytes.
 */
function createDocumentStore() {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: documentStoreBytes,
    sizeCalculation: (document) => 1 + bytesPerCharacter * (document.loc?.source.body.length ?? 0),
  });
  return {
    get: (hash: string) => Promise.resolve(documents.get(hash)),
    set: (hash: string, document: DocumentNode) => Promise.resolve(void documents.set(hash, document)),
    delete: (hash: string) => Promise.resolve(documents.delete(hash)),
  };
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
