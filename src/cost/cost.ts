import {
  Kind,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What can be asked about the cost of an operation. */
export interface Costs {
  /** The most units that the operation can take with these variables. Throws `BAD_USER_INPUT` for what cannot be reckoned. */
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
export type Variables = Readonly<Record<string, unknown>>;

const unitsPerPoint = 100;

/** What is charged: units are for reckoning, points for clients. At least 1. */
export function toPoints(units: number): number {
  return Math.max(1, Math.ceil(units / unitsPerPoint));
}

/** A point for each root field. */
export function createCosts(schema: GraphQLSchema): Costs {
  function units({ operation, selectionSet }: OperationDefinitionNode, fragments: Fragments): number {
    const known = schema.getRootType(operation)?.getFields() ?? {};
    const fieldsOf = ({ selections }: SelectionSetNode): number =>
      selections.reduce((sum, selection) => {
        if (selection.kind === Kind.FIELD) return sum + (selection.name.value in known ? 1 : 0);
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
        return inner === undefined ? sum : sum + fieldsOf(inner.selectionSet);
      }, 0);
    return unitsPerPoint * fieldsOf(selectionSet);
  }
  return { estimate: units, actual: units };
}
