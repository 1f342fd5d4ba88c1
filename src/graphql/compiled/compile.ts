import {
  GraphQLError,
  GraphQLScalarType,
  GraphQLSchema,
  OperationTypeNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Context } from '../../context/context.ts';
import { asError } from '../../errors/as-error.ts';
import type { Conditions, Fragments } from '../../cost/collect.ts';
import { makeExplicit } from './explicit.ts';
import { NotCompilable, prepare } from './prepare.ts';
import { checkSize } from './size.ts';
import { fillSlots } from './slots.ts';

/** What a query became. */
export interface Compiled {
  /**
   * Answers with the coerced variables; undefined, and nothing has been done, where an argument cannot have its value. Its
   * errors are not graphql-js's.
   */
  run(
    context: Context,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult> | ExecutionResult | undefined;
}

/** Takes some milliseconds. Throws `NotCompilable` for what is to be left to graphql-js. */
export type Compile = (
  operation: OperationDefinitionNode,
  fragments: Fragments,
  /** By which selections are left out: another way to go is another operation. */
  conditions: Conditions,
) => Compiled;

/** Takes any value as it is. */
const slotType = new GraphQLScalarType({ name: 'CompiledSlot' });

export function createCompile(schema: GraphQLSchema): Compile {
  makeExplicit(schema);
  const { types, ...config } = schema.toConfig();
  const withSlots = new GraphQLSchema({ ...config, types: [...types, slotType], assumeValid: true });

  const root = withSlots.getQueryType();

  return (operation, fragments, conditions) => {
    if (operation.operation !== OperationTypeNode.QUERY || root == null)
      throw new NotCompilable('it is no query');
    checkSize(withSlots, root, operation.selectionSet, fragments);
    const { document, slots } = prepare(withSlots, slotType.name, operation, fragments, conditions);
    const compiled = compileQuery(withSlots, document, undefined, {
      disablingCapturingStackErrors: true,
    });
    if (!isCompiledQuery(compiled))
      throw new NotCompilable(compiled.errors?.[0]?.message ?? 'it does not compile');
    return {
      run(context, variables) {
        const filled = fillSlots(slots, variables);
        if (filled === undefined) return undefined;
        try {
          return compiled.query(undefined, context, filled);
        } catch (error) {
          // What a resolver throws is in the result; this comes from the compiled code itself.
          return { errors: [new GraphQLError(asError(error).message)] };
        }
      },
    };
  };
}
