import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** Postgres keeps neither NUL nor half a surrogate pair in text; JSON and GraphQL can carry both. */
export function isSafeText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Variables nested deeper than this are nobody's input. */
const maxNesting = 32;

/** Whether every string in the variables, keys included, can be stored. Not so where they are nested too deeply. */
export function areSafeVariables(variables: Readonly<Record<string, unknown>>): boolean {
  return isSafe(variables, 0);
}

function isSafe(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isSafeText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value))
    return (depth < maxNesting || value.length === 0) && value.every((item) => isSafe(item, depth + 1));
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields))
    if (depth === maxNesting || !isSafeText(key) || !isSafe(fields[key], depth + 1)) return false;
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
