import { buildSchema } from 'graphql';
import { systemClock } from '../../clock/clock.ts';
import { createDeadline } from '../../clock/deadline.ts';
import type { Context } from '../../context/context.ts';
import type { Caller } from '../../context/create-context.ts';
import type { Costs } from '../../cost/cost.ts';
import { errorCodes, isErrorCode, type ErrorCode } from '../../errors/codes.ts';
import { DomainError } from '../../errors/domain-error.ts';
import { createBudgetPlugin } from '../../graphql/budget-plugin.ts';
import { unlimited } from '../../graphql/limits/limits.ts';
import { createGraphqlServer } from '../../graphql/server.ts';
import { registerGraphiql } from '../../http/graphiql/graphiql.ts';
import { registerGraphql } from '../../http/graphql-route.ts';
import { createHttpServer } from '../../http/server.ts';
import { createFreeBudget } from '../../limits/rate/budget.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { bareDocuments } from '../../testing/bare-documents.ts';

interface FailingRequest {
  readonly method?: 'GET' | 'POST';
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
}

const json = { 'content-type': 'application/json' };
const graphql = (body: object): FailingRequest => ({ headers: json, payload: JSON.stringify(body) });
const failing = (how: string): FailingRequest => ({
  ...graphql({ query: '{ ping }' }),
  headers: { ...json, authorization: how },
});
const bodyLimitBytes = 2_000;
const maxTokens = 100;

/** One for each way in which a request fails before a field is asked for. */
const failingRequests: readonly FailingRequest[] = [
  // The context: a token, a session, the servers that are asked for it.
  ...Object.keys(errorCodes).map(failing),
  failing('an unexpected error'),
  // Apollo.
  graphql({ query: '{' }),
  graphql({ query: `{ ${'ping '.repeat(maxTokens)} }` }),
  graphql({ query: '{ unknown }' }),
  graphql({ query: 'query One { ping }', operationName: 'Other' }),
  graphql({ query: 'query ($times: Int) { ping(times: $times) }', variables: { times: 'x' } }),
  graphql({ query: 'query Dear { ping }' }),
  graphql({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  graphql({ documentId: 'unknown' }),
  graphql({ noQuery: true }),
  { method: 'GET', url: '/graphql?query={ping}' },
  { method: 'GET', url: '/graphql?query=mutation{ping}', headers: { 'apollo-require-preflight': '1' } },
  // HTTP.
  { ...graphql({ query: '{ ping }' }), headers: { ...json, accept: 'text/html' } },
  { headers: json, payload: '{' },
  { headers: json, payload: JSON.stringify('x'.repeat(bodyLimitBytes)) },
  { headers: { 'content-type': 'text/plain' }, payload: '{}' },
  { method: 'GET', url: '/nowhere' },
  { method: 'GET', url: `/graphiql/assets/${'a'.repeat(300)}` },
];

/** The statuses with which each code ends a request as a whole: asked of the gateway's own HTTP side, not copied from it. */
export async function statusesByCode(): Promise<ReadonlyMap<ErrorCode, ReadonlySet<number>>> {
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const schema = buildSchema('type Query { ping(times: Int): String } type Mutation { ping: String }');
  const apollo = createGraphqlServer({
    schema,
    documents: bareDocuments({ log, metrics }),
    clock: systemClock,
    log,
    metrics,
    development: false,
    maxTokens,
    maxDepth: 10,
    limits: unlimited,
    budgetPlugin: createBudgetPlugin({ schema, metrics, costs: onlyOneIsDear, maxCost: 1 }),
  });
  await apollo.start();
  const http = await createHttpServer({ log, metrics, bodyLimitBytes, corsOrigins: [] });
  registerGraphql(http, {
    ...{ graphql: apollo, log, metrics, clientAddress: () => '' },
    createContext: createFailingContext,
  });
  registerGraphiql(http, { endpoint: '/graphql', development: false });

  const statuses = new Map<ErrorCode, Set<number>>();
  for (const { method = 'POST', url = '/graphql', ...rest } of failingRequests) {
    const answer = await http.inject({ method, url, ...rest });
    const code = codeIn(answer.body);
    // 500 is what a code gets that is never thrown out there: it then has no status of its own.
    if (answer.statusCode === 500 && code !== 'INTERNAL_SERVER_ERROR') continue;
    statuses.set(code, (statuses.get(code) ?? new Set()).add(answer.statusCode));
  }
  await http.close();
  await apollo.stop();
  return statuses;
}

const onlyOneIsDear: Costs = {
  estimate: ({ name }) => (name?.value === 'Dear' ? 1_000 : 0),
  actual: () => 0,
};

/** Fails as the header says; without one, the request gets as far as Apollo. */
function createFailingContext({ requestId, authorization }: Caller): Promise<Context> {
  if (isErrorCode(authorization)) return Promise.reject(new DomainError(authorization, 'For the table.'));
  if (authorization !== undefined) return Promise.reject(new Error(authorization));
  const context: Pick<Context, 'requestId' | 'deadline' | 'budget' | 'consistencyToken'> = {
    requestId,
    deadline: createDeadline(systemClock, 1_000),
    budget: createFreeBudget(),
    consistencyToken: () => Promise.resolve(undefined),
  };
  return Promise.resolve(context as Context);
}

function codeIn(body: string): ErrorCode {
  const answer = JSON.parse(body) as { errors?: { extensions?: { code?: unknown } }[] };
  const code = answer.errors?.[0]?.extensions?.code;
  if (!isErrorCode(code)) throw new Error(`an answer without a code of the catalogue: ${body}`);
  return code;
}
