import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';
import { partsOf } from './limits/variables-size.ts';

/** Postgres keeps neither NUL nor half a surrogate pair in text; JSON and GraphQL can carry both. */
export function isSafeText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Variables nested deeper than this are nobody's input. */
const maxNesting = 32;

/** Whether every string in the variables, keys included, can be stored. Walks without recursion, because the nesting is the client's. */
export function areSafeVariables(variables: Readonly<Record<string, unknown>>): boolean {
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxNesting || !level.every((value) => typeof value !== 'string' || isSafeText(value)))
      return false;
    level = level.filter((value) => typeof value === 'object').flatMap(partsOf);
  }
  return true;
}

/** The same for strings written into the document. */
export function safeTextRule(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node) {
      if (isSafeText(node.value)) return;
      context.reportError(
        new GraphQLError('A string has a NUL character or half a surrogate pair.', { nodes: node }),
      );
    },
  };
}
