import type { ApolloServer, GraphQLRequest } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { resolvers as edge } from '../../resolvers/edge/index.ts';
import { systemClock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import type { Costs } from '../cost/cost.ts';
import { createRateLimit, type RateLimit } from '../limits/rate/rate-limit.ts';
import { createLog } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createRedis, type Redis } from '../redis/redis.ts';
import { randomAppName } from '../testing/gateway.ts';
import { bareDocuments } from '../testing/bare-documents.ts';
import { unlimited } from './limits/limits.ts';
import { createBudgetPlugin } from './budget-plugin.ts';
import { createGraphqlServer } from './server.ts';

const log = createLog({ level: 'silent' });
const maxCost = 50;
const ran: string[] = [];
const schema = makeExecutableSchema<Context>({
  typeDefs: `
    type Query {
      rateLimit(dryRun: Boolean = false): RateLimit
      list(first: Int!): [String!]
      fails(first: Int, text: String): String
    }
    type Mutation { list(first: Int!): [String!] }
    type RateLimit { limit: Int cost: Int! remaining: Int resetAt: String }
  `,
  resolvers: {
    Query: {
      rateLimit: edge.Query?.rateLimit as never,
      list: () => (ran.push('list'), ['one']),
      fails: () => {
        throw new Error('SELECT secret');
      },
    },
    Mutation: { list: () => (ran.push('mutation'), []) },
  },
});

/** A point for each item that may come, and for each that came; given more, they are over by a tenth of a point. */
const costs: Costs = {
  estimate(_operation, _fragments, { first }) {
    if (typeof first === 'number' && first < 0)
      throw new GraphQLError('negative', { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
    return typeof first === 'number' ? first * 100 - 10 : 0;
  },
  actual: (_operation, _fragments, _variables, data) =>
    ((data as { list?: readonly unknown[] }).list?.length ?? 0) * 100,
};

let redis: Redis;
let metrics: Metrics;
let graphql: ApolloServer<Context>;
let limit: RateLimit;
beforeAll(async () => {
  redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'state', clock: systemClock, metrics: createMetrics(), log },
    settings: { deadlineMs: 5_000 },
  });
  await redis.untilUp(5_000);
});
afterAll(() => redis.close());
beforeEach(() => {
  ran.length = 0;
  metrics = createMetrics();
  const common = { clock: systemClock, log, metrics };
  limit = createRateLimit({
    ...{ ...common, redis, app: randomAppName() },
    limits: { client: 100, service: 1_000 },
  });
  graphql = createGraphqlServer({
    ...{ ...common, schema, development: false, maxTokens: 100, maxDepth: 5 },
    ...{ limits: unlimited, documents: bareDocuments({ log, metrics }) },
    budgetPlugin: createBudgetPlugin({ schema, costs, maxCost, metrics }),
  });
});
afterEach(() => graphql.stop());

interface Cost {
  readonly requested: number;
  readonly actual: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: string;
}

async function ask(request: GraphQLRequest) {
  const budget = limit.admit(await limit.enter({ userId: '1' }), 'client');
  const contextValue = { requestId: 'r', budget } as Context;
  const { http, body } = await graphql.executeOperation(request, { contextValue });
  if (body.kind !== 'single') throw new Error('chunked');
  const { data, errors, extensions } = body.singleResult;
  return {
    ...{ data, errors, status: http.status, headers: Object.fromEntries(http.headers) },
    cost: extensions?.['cost'] as Cost,
  };
}

const list = (first: number): GraphQLRequest => ({
  query: 'query List($first: Int!) { list(first: $first) rateLimit { limit cost remaining } }',
  variables: { first },
});

/** The sum and the number of what the metric has observed. */
async function observed(outcome: string) {
  const { values } = await metrics.operationCost.get();
  const of = (suffix: string) =>
    values.find(({ metricName, labels }) => metricName?.endsWith(suffix) && labels.outcome === outcome)
      ?.value;
  return { sum: of('_sum'), count: of('_count') };
}

it('shows one number in the field, the extensions, the headers and the metric', async () => {
  const { data, cost, headers } = await ask(list(30));
  expect(data).toMatchObject({ rateLimit: { cost: 30, limit: 100, remaining: 70 } });
  expect(cost).toMatchObject({ requested: 30, limit: 100 });
  expect(headers).toMatchObject({ 'ratelimit-cost': '30', 'ratelimit-limit': '100' });
  expect(await observed('executed')).toEqual({ sum: 30, count: 1 });
});

it('gives back what was not needed, and shows what is left then', async () => {
  const { cost, headers } = await ask(list(30));
  expect(cost).toMatchObject({ requested: 30, actual: 1, remaining: 99 });
  expect(headers['ratelimit-remaining']).toBe('99');
  const seconds = Number(headers['ratelimit-reset']);
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(Math.abs(Date.parse(cost.resetAt) - Date.now() - 1_000 * seconds)).toBeLessThan(10_000);
  expect((await ask(list(1))).cost).toMatchObject({ requested: 1, actual: 1, remaining: 98 });
});

it('executes nothing that costs more than one request may', async () => {
  const { errors, status, cost } = await ask(list(51));
  expect(errors?.[0]?.extensions).toEqual({ code: 'COST_LIMIT_EXCEEDED', requestId: 'r' });
  expect(errors?.[0]?.message).toContain('51 points');
  expect(status).toBe(400);
  expect(cost).toMatchObject({ requested: 51, actual: 1, remaining: 99 });
  expect(ran).toEqual([]);
  expect((await ask(list(50))).errors).toBeUndefined();
});

it('executes nothing that costs more than is left, and says when to come again', async () => {
  for (let used = 0; used < 60; used += 1) await limit.enter({ userId: '1' });
  const { errors, status, headers, cost } = await ask(list(41));
  expect(status).toBe(429);
  const wait = Number(headers['retry-after']);
  expect(wait).toBeGreaterThan(50);
  expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: wait, requestId: 'r' });
  expect(cost).toMatchObject({ requested: 41, actual: 1, remaining: 39 });
  expect(ran).toEqual([]);
  expect((await ask(list(39))).errors).toBeUndefined();
});

it('executes nothing of a dry run, whose price is that of the operation and whose cost one point', async () => {
  const query = 'query ($first: Int!) { list(first: $first) rateLimit(dryRun: true) { cost remaining } }';
  const { data, cost, errors } = await ask({ query, variables: { first: 500 } });
  expect(errors).toBeUndefined();
  expect(data).toEqual({ list: null, rateLimit: { cost: 500, remaining: 99 } });
  expect(cost).toMatchObject({ requested: 500, actual: 1, remaining: 99 });
  expect(ran).toEqual([]);
  expect(await observed('dry_run')).toEqual({ sum: 500, count: 1 });
  await ask(list(1));
  expect(ran).toEqual(['list']);
});

it.each([
  ['is no GraphQL', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
  ['does not fit the schema', { query: '{ unknown }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'names no operation of its document',
    { query: 'query A { fails }', operationName: 'B' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'has text that no column can keep',
    { query: 'query ($text: String) { fails(text: $text) }', variables: { text: '\0' } },
    'BAD_USER_INPUT',
  ],
  ['cannot be reckoned', list(-1), 'BAD_USER_INPUT'],
])('a request that %s costs a point', async (_what, request, code) => {
  const { errors, cost, headers } = await ask(request);
  expect(errors?.[0]?.extensions?.['code']).toBe(code);
  expect(cost).toMatchObject({ requested: 1, actual: 1, remaining: 99 });
  expect(headers['ratelimit-cost']).toBe('1');
});

it('an operation that fails is given back what it did not need', async () => {
  const { cost, errors } = await ask({
    query: 'query ($first: Int) { fails(first: $first) }',
    variables: { first: 20 },
  });
  expect(errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
  expect(cost).toMatchObject({ requested: 20, actual: 1, remaining: 99 });
});

it('charges mutations too', async () => {
  const { cost } = await ask({
    query: 'mutation ($first: Int!) { list(first: $first) }',
    variables: { first: 3 },
  });
  expect(cost).toMatchObject({ requested: 3, actual: 1 });
  expect(ran).toEqual(['mutation']);
});
