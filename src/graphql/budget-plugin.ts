import { HeaderMap, type GraphQLRequestContextWillSendResponse } from '@apollo/server';
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../context/context.ts';
import { createCosts, leastPoints, toPoints, type Costs, type Fragments } from '../cost/cost.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Budget } from '../limits/rate/budget.ts';
import { headersOf, rateLimitHeaders, retryAfterHeader } from '../limits/rate/headers.ts';
import { RateLimited } from '../limits/rate/rate-limited.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createDryRun } from './dry-run.ts';
import type { EdgePlugin } from './joined-plugins.ts';

interface Needs {
  /** The one that Apollo serves. */
  readonly schema: GraphQLSchema;
  /** Those of the schema when not given. */
  readonly costs?: Costs;
  /** Points that one request may cost; 0 for any number. */
  readonly maxCost: number;
  readonly metrics: Metrics;
}

/** What came of a request, as far as its price goes. */
type Outcome = 'malformed' | 'dry_run' | 'too_costly' | 'rate_limited' | 'executed';

/**
 * Charges each request what it may cost before it is executed, and gives back what it did not need; shows the same numbers
 * in the answer, its headers, `Query.rateLimit` and the metric. Must be the last of the plugins: what those before it refuse
 * has cost one point and nothing more.
 */
export function createBudgetPlugin({
  schema,
  costs = createCosts(schema),
  maxCost,
  metrics,
}: Needs): EdgePlugin {
  const dryRun = createDryRun(schema);

  return {
    requestDidStart({ request, contextValue: given }) {
      const budget = given.budget.next();
      // Its own in a batch too, for Apollo copies the context for each operation.
      Object.assign(given, { budget });
      const variables = request.variables ?? {};
      let outcome: Outcome = 'malformed';
      let dry: ExecutionResult | undefined;

      /** Most are paid for already, by the point of the request; those have nothing to wait for. */
      function charge(): Promise<void> | undefined {
        if (maxCost > 0 && budget.cost() > maxCost) {
          outcome = 'too_costly';
          metrics.rateLimitRefusals.inc({ reason: outcome });
          throw refused(tooCostly(budget.cost(), maxCost), 400);
        }
        if (budget.cost() > budget.taken()) return take();
        outcome = 'executed';
        return undefined;
      }

      function chargeUnlessDry(answer: ExecutionResult | undefined): Promise<void> | undefined {
        if (answer === undefined) return charge();
        dry = answer;
        outcome = 'dry_run';
        return undefined;
      }

      async function take(): Promise<void> {
        if (!(await budget.charge())) {
          outcome = 'rate_limited';
          metrics.rateLimitRefusals.inc({ reason: 'not_enough_left' });
          throw refused(rateLimited(budget), 429);
        }
        outcome = 'executed';
      }

      return {
        didResolveOperation({ operation, operationName, document, contextValue }) {
          if (operation === undefined) return undefined;
          budget.price(toPoints(costs.estimate(operation, fragmentsOf(document), variables)));
          if (operation.operation !== OperationTypeNode.QUERY) return charge();
          const asked = { document, operationName: operationName ?? undefined, variableValues: variables };
          const answering = dryRun(asked, contextValue);
          return answering === undefined ? charge() : answering.then(chargeUnlessDry);
        },

        responseForOperation: () => (dry === undefined ? null : answerOf(dry)),

        willSendResponse(context) {
          if (outcome === 'executed') settle(costs, context);
          metrics.operationCost.observe({ outcome }, budget.cost());
          show(budget, context.response, outcome);
        },
      };
    },
  };
}

type Answered = GraphQLRequestContextWillSendResponse<Context>;

/** A subscription is paid for when it begins, whatever it brings; of the least that a request costs nothing is left over. */
function settle(costs: Costs, { operation, document, request, response, contextValue }: Answered): void {
  if (contextValue.budget.cost() === leastPoints) return;
  if (operation === undefined || operation.operation === OperationTypeNode.SUBSCRIPTION) return;
  if (document === undefined || response.body.kind !== 'single') return;
  const { data } = response.body.singleResult;
  const variables = request.variables ?? {};
  const units = data == null ? 0 : costs.actual(operation, fragmentsOf(document), variables, data);
  contextValue.budget.settle(toPoints(units));
}

/** In the answer for every transport, in headers for HTTP. */
function show(budget: Budget, { http, body }: Answered['response'], outcome: Outcome): void {
  const standing = budget.standing();
  if (standing === undefined || body.kind !== 'single') return;
  const { limit, remaining, resetAt } = standing;
  const cost = {
    requested: budget.cost(),
    actual: budget.taken(),
    ...{ limit, remaining, resetAt: resetAt.toISOString() },
  };
  body.singleResult.extensions = { ...body.singleResult.extensions, cost };
  const headers = headersOf(standing, budget.cost());
  for (const name of rateLimitHeaders) http.headers.set(name, headers[name]);
  if (outcome === 'rate_limited') http.headers.set(retryAfterHeader, String(standing.resetSeconds));
}

function rateLimited(budget: Budget): DomainError {
  const standing = budget.standing();
  if (standing === undefined) throw new Error('only who has a limit is refused');
  return new RateLimited(standing, budget.cost());
}

const tooCostly = (cost: number, maxCost: number) =>
  new DomainError(
    'COST_LIMIT_EXCEEDED',
    `This may cost ${cost} points, and one request at most ${maxCost}; ask for shorter lists, or for less of each item.`,
  );

/** Apollo takes the status from the error itself. */
const refused = (error: DomainError, status: number) =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status } },
  });

const answerOf = ({ data = null, errors }: ExecutionResult) => ({
  http: { headers: new HeaderMap() },
  body: {
    kind: 'single' as const,
    singleResult: {
      data,
      ...(errors === undefined ? {} : { errors: errors.map((error) => error.toJSON()) }),
    },
  },
});

/** Kept for each document, of which the parsed form is kept as well. */
const known = new WeakMap<DocumentNode, Fragments>();

function fragmentsOf(document: DocumentNode): Fragments {
  const found = known.get(document);
  if (found !== undefined) return found;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  known.set(document, fragments);
  return fragments;
}
