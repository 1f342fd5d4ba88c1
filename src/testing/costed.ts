import { Kind, visit, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import type { Costs } from '../cost/cost.ts';
import type { GeneratedOperation } from './generated-operations.ts';

type Sent = Pick<GeneratedOperation, 'document' | 'variables'>;

/** The one operation of a document and its fragments, as costs are asked for. */
function operationOf(document: DocumentNode) {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is no operation');
  return { operation, fragments };
}

export function estimateOf(costs: Costs, { document, variables }: Sent): number {
  const { operation, fragments } = operationOf(document);
  return costs.estimate(operation, fragments, variables);
}

export function actualOf(costs: Costs, { document, variables }: Sent, data: unknown): number {
  const { operation, fragments } = operationOf(document);
  return costs.actual(operation, fragments, variables, data);
}

/** As who validates the document alone sees it: numbers that come in variables are not there. */
export function withoutValues({ document, variables }: Sent): Sent {
  const seen = Object.entries(variables).filter(([, value]) => typeof value !== 'number');
  return { document, variables: Object.fromEntries(seen) };
}

/** As who looks at values alone sees it: variables have no defaults. */
export function withoutDefaults({ document, variables }: Sent): Sent {
  const bare = visit(document, {
    VariableDefinition: ({ defaultValue, ...definition }) =>
      defaultValue?.kind === Kind.INT ? definition : undefined,
  });
  return { document: bare, variables };
}
