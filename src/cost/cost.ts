import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { cannotReckon } from './arguments.ts';
import { conditionNames, type Fragments } from './collect.ts';
import { createKeptPlans } from './kept-plans.ts';
import { makePlan, type Plan } from './plan.ts';
import { actual, estimate, priceOf } from './reckon.ts';
import { checkSizes } from './sizes.ts';
import { createWeights } from './weights.ts';

/** What can be asked about the cost of an operation, which must have been validated. */
export interface Costs {
  /**
   * The most units that the operation can take with these variables: finite, and never below 0. Throws a `GraphQLError` with
   * `BAD_USER_INPUT` for values that the variables cannot have, and where an argument asks for a list of a length that it
   * cannot have, such as a negative `first`.
   */
  estimate(operation: OperationDefinitionNode, fragments: Fragments, variables: Variables): number;
  /** The units that went into this answer, whose `data` is as it is sent; never more than the estimate. */
  actual(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Variables,
    data: unknown,
  ): number;
}

/** As the client sent them. */
export type Variables = Readonly<Record<string, unknown>>;

const unitsPerPoint = 100;
/** What a request costs that asks for next to nothing. */
export const leastPoints = 1;

/** What is charged: units are for reckoning, points for clients. */
export function toPoints(units: number): number {
  return Math.max(leastPoints, Math.ceil(units / unitsPerPoint));
}

/** Of an operation, as long as it is kept. */
interface Known {
  /** The variables that decide what is left out. */
  readonly conditions: readonly string[];
  /** Of one without variables, once it was asked for. */
  estimate?: number;
}

/** Fields in all plans that are kept, some 200 bytes each. */
const maxPlannedFields = 100_000;

/**
 * Costs by what the schema says with `@cost` and `@listSize`. What does not depend on variables is planned once for each
 * operation, as long as its nodes stay the same; an operation's fragments are taken to stay the same with it. Throws where
 * the schema does not say how long a list can be.
 */
export function createCosts(schema: GraphQLSchema): Costs {
  const weights = createWeights(schema);
  checkSizes(schema, weights);
  const plans = createKeptPlans(maxPlannedFields);
  const known = new WeakMap<OperationDefinitionNode, Known>();

  function knownOf(operation: OperationDefinitionNode, fragments: Fragments): Known {
    const earlier = known.get(operation);
    if (earlier !== undefined) return earlier;
    const made: Known = { conditions: conditionNames(operation, fragments) };
    known.set(operation, made);
    return made;
  }

  /** Without variables it is the same each time. */
  function estimateOf(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Variables,
  ): number {
    if ((operation.variableDefinitions ?? []).length > 0)
      return estimate(price(operation, fragments, variables));
    return (knownOf(operation, fragments).estimate ??= estimate(price(operation, fragments, {})));
  }

  /** What `@skip` and `@include` leave out is not in the plan, so there is one for each way they can go. */
  function planOf(operation: OperationDefinitionNode, fragments: Fragments, variables: Variables): Plan {
    const { conditions } = knownOf(operation, fragments);
    const way = conditions
      .map((name) => (variables[name] === true ? '1' : variables[name] === false ? '0' : '-'))
      .join('');
    const earlier = plans.get(operation, way);
    if (earlier !== undefined) return earlier;
    const plan = makePlan(operation, { schema, weights, fragments, conditions: variables });
    plans.set(operation, way, plan);
    return plan;
  }

  function price(operation: OperationDefinitionNode, fragments: Fragments, variables: Variables) {
    const coerced = coerce(schema, operation, variables);
    return priceOf(planOf(operation, fragments, coerced), coerced);
  }

  return {
    estimate: estimateOf,
    actual: (operation, fragments, variables, data) => actual(price(operation, fragments, variables), data),
  };
}

/** As execution does it, so that both see the same values. */
function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): Variables {
  const { errors, coerced } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
  const [error] = errors ?? [];
  if (coerced !== undefined) return coerced;
  throw cannotReckon(error?.message ?? 'A variable has a value that it cannot have.');
}
