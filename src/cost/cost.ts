import type { FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';

/** What can be asked about the cost of an operation. */
export interface Costs {
  /**
   * The most units that the operation can take with these variables. Throws `BAD_USER_INPUT` where an argument says that a
   * list is to be of a length it cannot have, such as a negative `first`.
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

/** An operation's fragments by their names. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
/** As Apollo gives them to a plugin: coerced or raw; a variable with a default may be missing. */
export type Variables = Readonly<Record<string, unknown>>;

const unitsPerPoint = 100;

/** What is charged: units are for reckoning, points for clients. At least 1. */
export function toPoints(units: number): number {
  return Math.max(1, Math.ceil(units / unitsPerPoint));
}
