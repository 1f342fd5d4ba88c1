import { Kind, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Compile } from '../../graphql/compiled/compile.ts';

/** The compiler without anything around it. */
export const asItComes =
  (schema: GraphQLSchema): Compile =>
  (operation, fragments) => {
    const definitions = [operation, ...Object.values(fragments)];
    const compiled = compileQuery(schema, { kind: Kind.DOCUMENT, definitions });
    if (!isCompiledQuery(compiled)) throw new Error('it does not compile');
    return { run: (context, variables) => compiled.query(undefined, context, variables) };
  };
