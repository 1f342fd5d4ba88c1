import type { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from './clock/clock.ts';
import type { Config } from './config/config.ts';
import type { Context } from './context/context.ts';
import { createDocuments, type Trust } from './documents/documents.ts';
import { createBudgetPlugin } from './graphql/budget-plugin.ts';
import { createCompile } from './graphql/compiled/compile.ts';
import { operationLimits } from './graphql/limits/limits.ts';
import { isShared, isSteady } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import type { Log } from './log/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Around } from './overrides.ts';
import type { Redis } from './redis/redis.ts';
import type { Tracing } from './tracing/tracing.ts';

interface Needs {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly trust: Trust;
  /** The cache role. */
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly development: boolean;
  readonly around: Around['graphql'];
}

/** A part of the composition root: what executes operations, with all that may refuse them. The caller stops it. */
export async function startGraphql({
  config,
  schema,
  trust,
  redis,
  clock,
  log,
  metrics,
  tracing,
  development,
  around,
}: Needs): Promise<ApolloServer<Context>> {
  const graphql = around(createGraphqlServer)({
    ...{ schema, clock, log, metrics, tracing, development, isShared, isSteady },
    resolverSampling: config.RESOLVER_SAMPLING,
    documents: createDocuments({ trust, redis, app: config.APP_NAME, clock, log, metrics }),
    maxTokens: config.MAX_TOKENS,
    maxDepth: config.MAX_DEPTH,
    limits: operationLimits(config),
    ...(config.COMPILED_EXECUTION === 'on' ? { compile: createCompile(schema) } : {}),
    budgetPlugin: createBudgetPlugin({ schema, maxCost: config.MAX_COST, metrics }),
  });
  await graphql.start();
  return graphql;
}
