import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type DocumentNode, type GraphQLSchema, type ValidationContext } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import type { Context } from '../context/context.ts';
import type { Documents } from '../documents/documents.ts';
import { hashIn } from '../documents/hash.ts';
import type { TrustedList } from '../documents/trusted-list.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { createAudience, createSteadiness, type IsListed } from './audience.ts';
import { createAudiencePlugin } from './audience-plugin.ts';
import type { Compile } from './compiled/compile.ts';
import { createCompiledPlugin } from './compiled/compiled-plugin.ts';
import { createDocumentsPlugin } from './documents-plugin.ts';
import { createFormatError } from './format-error.ts';
import { createHiddenSchemaPlugin } from './hidden-schema.ts';
import { createDraftPlugin } from './kept/draft-plugin.ts';
import { joinPlugins, type EdgePlugin } from './joined-plugins.ts';
import { createLimitsCheck } from './limits/limits-plugin.ts';
import type { OperationLimits } from './limits/limits.ts';
import { createOperationNames } from './operation-names.ts';
import { createSubscriptionPlugin } from './read-subscription.ts';
import { createRequestPlugin } from './request-plugin.ts';
import { createResolverTimings } from './resolver-timings.ts';
import { safeTextRule } from './safe-text.ts';

export interface ServerNeeds {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Introspection and suggestions for everybody; otherwise admins alone have them. */
  readonly development: boolean;
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly limits: OperationLimits;
  /** The share of operations whose resolvers are timed; 0 when not given. */
  readonly resolverSampling?: number;
  readonly tracing?: Tracing;
  /** Without it nothing costs anything. */
  readonly budgetPlugin?: EdgePlugin;
  /** Without it every answer is its viewer's alone. */
  readonly isShared?: IsListed;
  /** Which fields answer one viewer alike; none when left out. */
  readonly isSteady?: IsListed;
  /** For queries that are asked often; graphql-js executes all without it. */
  readonly compile?: Compile;
}

/** A document with more faults than these is told no more of them. */
const maxValidationErrors = 20;

/** Apollo, with what it does by default and we do not need switched off. */
export function createGraphqlServer({
  schema,
  documents,
  clock,
  log,
  metrics,
  development,
  maxTokens,
  maxDepth,
  limits,
  resolverSampling = 0,
  tracing = noTracing,
  budgetPlugin,
  isShared = () => false,
  isSteady = () => false,
  compile,
}: ServerNeeds): ApolloServer<Context> {
  const limitsCheck = createLimitsCheck(limits);
  const audienceOf = createAudience(schema, isShared);
  const rules = [limitsCheck.rule, depthRule(maxDepth), safeTextRule];
  const parseOptions = { maxLexicalTokens: maxTokens };
  const formatError = createFormatError({ log, metrics });
  const edge = joinPlugins([
    createDocumentsPlugin({ documents, clock, log, rules, parseOptions }),
    limitsCheck.plugin,
    createRequestPlugin({
      clock,
      log,
      metrics,
      tracing,
      names: createOperationNames(documents.list.entries),
    }),
    ...(resolverSampling > 0
      ? [createResolverTimings({ schema, clock, metrics, random: systemRandom, share: resolverSampling })]
      : []),
    ...(development ? [] : [createHiddenSchemaPlugin()]),
    createSubscriptionPlugin(),
    createAudiencePlugin(audienceOf),
    createDraftPlugin({ audienceOf, isSteady: createSteadiness(schema, isSteady) }),
    // Behind all others that may refuse.
    ...(budgetPlugin === undefined ? [] : [budgetPlugin]),
    // The last: it answers what nobody else has answered.
    ...(compile === undefined
      ? []
      : [createCompiledPlugin({ schema, compile, clock, log, metrics, formatError })]),
  ]);
  return new ApolloServer<Context>({
    schema,
    plugins: [
      edge,
      // Wraps the resolver of every field, for headers that this gateway does not send.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    // Not for everybody: see the plugin that hides the schema.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    persistedQueries: { cache: documents.texts },
    documentStore: createDocumentStore(documents.list),
    parseOptions,
    validationOptions: { maxErrors: maxValidationErrors },
    validationRules: rules,
    formatError,
    logger: apolloLog(log),
  });
}

const documentStoreBytes = 64 * 1_048_576;
/** Measured on documents of nothing but one-letter fields; ordinary ones take less. */
const bytesPerCharacter = 350;
const trustedStoreBytes = 128 * 1_048_576;
/** Measured on the operations of clients: 54. */
const trustedBytesPerCharacter = 100;

/**
 * Parsed and validated documents. Apollo's own store takes a document for as large as its JSON, without the tokens that
 * hang on every node: 1 MB of comments is 45 MB of them, and would count as 400 bytes.
 * What is registered has a place of its own, from which a flood of inventions drives nothing out.
 */
function createDocumentStore(trusted: TrustedList) {
  const ofAnybody = createParsed(documentStoreBytes, bytesPerCharacter);
  const registered = createParsed(trustedStoreBytes, trustedBytesPerCharacter);
  const placeOf = (key: string) => (trusted.byId(hashIn(key)) === undefined ? ofAnybody : registered);
  return {
    get: (key: string) => Promise.resolve(registered.get(key) ?? ofAnybody.get(key)),
    set: (key: string, document: DocumentNode) => Promise.resolve(void placeOf(key).set(key, document)),
    delete: (key: string) => Promise.resolve(placeOf(key).delete(key)),
  };
}

const createParsed = (maxSize: number, bytes: number) =>
  new LRUCache<string, DocumentNode>({
    maxSize,
    sizeCalculation: (document) => 1 + bytes * (document.loc?.source.body.length ?? 0),
  });

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
