import { GraphQLError, Kind, OperationTypeNode, parse, print, visit, type DocumentNode } from 'graphql';
import { toPoints, type Costs } from '../../../cost/cost.ts';
import { actualOf, estimateOf } from '../../costed.ts';
import type { GeneratedOperation } from '../../generated-operations.ts';

/** An operation as it is sent, with what its answer must show. */
export interface Asked {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly isQuery: boolean;
  /** In points; undefined where it cannot be reckoned, and is refused. */
  readonly price: number | undefined;
  /** What is charged for an answer in the end, in points. */
  readonly priceOf: (data: unknown) => number;
}

/** Under which a query asks what it costs. */
export const shownKey = 'shown';
const dryVariable = 'shownDry';
const shown = parse(
  `query ($${dryVariable}: Boolean!) { ${shownKey}: rateLimit(dryRun: $${dryVariable}) { cost limit remaining resetAt } }`,
);

/** The same operation for a dry run and for the real one, which differ in a variable alone; queries ask for their price too. */
export function askedOf(
  { document: generated, variables: given }: GeneratedOperation,
  costs: Costs,
  { dry }: { readonly dry: boolean },
): Asked {
  const isQuery = isQueryOf(generated);
  const document = isQuery ? asksItsPrice(generated) : generated;
  const variables = isQuery ? { ...given, [dryVariable]: dry } : given;
  return {
    ...{ text: print(document), variables, isQuery },
    price: unlessRefused(() => toPoints(estimateOf(costs, { document, variables }))),
    // Where a null has blanked everything, nothing was worth more than the point that every request costs.
    priceOf: (data) => (data == null ? 1 : toPoints(actualOf(costs, { document, variables }, data))),
  };
}

const operationIn = ({ definitions }: DocumentNode) => {
  const [operation] = definitions.flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? [each] : []));
  if (operation === undefined) throw new Error('there is no operation');
  return operation;
};

const isQueryOf = (document: DocumentNode) => operationIn(document).operation === OperationTypeNode.QUERY;

function asksItsPrice(document: DocumentNode): DocumentNode {
  const { variableDefinitions = [], selectionSet } = operationIn(shown);
  return visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), ...variableDefinitions],
      selectionSet: {
        ...operation.selectionSet,
        selections: [...operation.selectionSet.selections, ...selectionSet.selections],
      },
    }),
  });
}

function unlessRefused(price: () => number): number | undefined {
  try {
    return price();
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'BAD_USER_INPUT') return undefined;
    throw error;
  }
}
