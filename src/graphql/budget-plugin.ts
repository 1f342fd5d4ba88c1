import { HeaderMap, type GraphQLRequestContextWillSendResponse, type GraphQLResponse } from '@apollo/server';
import { GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Context } from '../context/context.ts';
import { createCosts, leastPoints, toPoints, type Costs } from '../cost/cost.ts';
import { fragmentsOf } from '../cost/fragments.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Budget } from '../limits/rate/budget.ts';
import { headersOf, rateLimitHeaders, retryAfterHeader, shownCost } from '../limits/rate/headers.ts';
import { RateLimited } from '../limits/rate/rate-limited.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createDryRun } from './dry-run.ts';
import type { EdgeListener, EdgePlugin } from './joined-plugins.ts';

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
  const prices: Prices = { costs, maxCost, metrics, dryRun: createDryRun(schema) };

  return {
    requestDidStart({ contextValue }) {
      const budget = contextValue.budget.next();
      // Its own in a batch too, for Apollo copies the context for each operation.
      Object.assign(contextValue, { budget });
      return new Bill(prices, budget);
    },
  };
}

interface Prices {
  readonly costs: Costs;
  readonly maxCost: number;
  readonly metrics: Metrics;
  readonly dryRun: ReturnType<typeof createDryRun>;
}

/** Of one operation. A class, for each has one. */
class Bill implements EdgeListener {
  readonly #prices: Prices;
  readonly #budget: Budget;
  #outcome: Outcome = 'malformed';
  #dry: ExecutionResult | undefined;

  constructor(prices: Prices, budget: Budget) {
    this.#prices = prices;
    this.#budget = budget;
  }

  didResolveOperation(resolved: Resolved): Promise<void> | undefined {
    const { operation, operationName, document, request, contextValue } = resolved;
    if (operation === undefined) return undefined;
    const { costs, dryRun } = this.#prices;
    const variableValues = request.variables ?? {};
    this.#budget.price(toPoints(costs.estimate(operation, fragmentsOf(document), variableValues)));
    if (operation.operation !== OperationTypeNode.QUERY) return this.#charge();
    const asked = { document, operationName: operationName ?? undefined, variableValues };
    const answering = dryRun(asked, contextValue);
    return answering === undefined ? this.#charge() : answering.then((answer) => this.#chargeUnless(answer));
  }

  responseForOperation(): GraphQLResponse | null {
    return this.#dry === undefined ? null : answerOf(this.#dry);
  }

  willSendResponse(answered: Answered): void {
    const { costs, metrics } = this.#prices;
    if (this.#outcome === 'executed') settle(costs, answered);
    metrics.operationCost.observe({ outcome: this.#outcome }, this.#budget.cost());
    show(this.#budget, answered.response, this.#outcome);
  }

  #chargeUnless(dry: ExecutionResult | undefined): Promise<void> | undefined {
    if (dry === undefined) return this.#charge();
    this.#dry = dry;
    this.#outcome = 'dry_run';
    return undefined;
  }

  /** Most are paid for already, by the point of the request; those have nothing to wait for. */
  #charge(): Promise<void> | undefined {
    const { maxCost, metrics } = this.#prices;
    const cost = this.#budget.cost();
    if (maxCost > 0 && cost > maxCost) {
      this.#outcome = 'too_costly';
      metrics.rateLimitRefusals.inc({ reason: this.#outcome });
      throw refused(tooCostly(cost, maxCost), 400);
    }
    if (cost > this.#budget.taken()) return this.#take();
    this.#outcome = 'executed';
    return undefined;
  }

  async #take(): Promise<void> {
    if (!(await this.#budget.charge())) {
      this.#outcome = 'rate_limited';
      this.#prices.metrics.rateLimitRefusals.inc({ reason: 'not_enough_left' });
      throw refused(rateLimited(this.#budget), 429);
    }
    this.#outcome = 'executed';
  }
}

type Resolved = Parameters<NonNullable<EdgeListener['didResolveOperation']>>[0];
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
  const cost = shownCost(budget, standing);
  const { extensions } = body.singleResult;
  body.singleResult.extensions = extensions === undefined ? { cost } : { ...extensions, cost };
  const headers = headersOf(standing, cost.requested);
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
