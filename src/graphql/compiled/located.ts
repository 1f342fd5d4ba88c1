import {
  locatedError,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLError,
} from 'graphql';

/** Of a field; no two begin in one place. */
type Place = string;

/**
 * The errors of compiled code, of which there is one at least, as graphql-js would give them. Undefined where it might give
 * others:
 * - what no resolver has thrown is a value that does not fit the schema, and in words of the compiler's own;
 * - where a null has spread, graphql-js tells the first reason alone, and the compiler each;
 * - where there is no null for an error, the compiler has lost its place in a list.
 */
export function locateErrors(
  { data, errors = [] }: ExecutionResult,
  document: DocumentNode,
): readonly GraphQLError[] | undefined {
  const isAlone = errors.length === 1;
  const located: GraphQLError[] = [];
  for (const { originalError, path, locations } of errors) {
    if (originalError === undefined || path === undefined) return undefined;
    const depth = depthOfNull(data, path);
    if (depth !== path.length && !(isAlone && depth !== undefined)) return undefined;
    const error = locatedError(originalError, fieldsAt(document, locations ?? []), path);
    // Its status is Apollo's to find.
    if ('http' in error.extensions) return undefined;
    located.push(error);
  }
  return located;
}

/** How far down a path there is a null; undefined where the path leads elsewhere. */
function depthOfNull(data: unknown, path: readonly (string | number)[]): number | undefined {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return depth;
    if (typeof value !== 'object') return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value === null ? path.length : undefined;
}

/** Kept for each document in which something has failed. */
const known = new WeakMap<DocumentNode, ReadonlyMap<Place, FieldNode>>();

function fieldsAt(
  document: DocumentNode,
  locations: readonly { readonly line: number; readonly column: number }[],
): readonly FieldNode[] {
  const fields = known.get(document) ?? fieldsByPlace(document);
  known.set(document, fields);
  return locations.flatMap(({ line, column }) => fields.get(`${line}:${column}`) ?? []);
}

function fieldsByPlace(document: DocumentNode): ReadonlyMap<Place, FieldNode> {
  const fields = new Map<Place, FieldNode>();
  visit(document, {
    Field(field) {
      if (field.loc === undefined) return;
      const { line, column } = field.loc.startToken;
      fields.set(`${line}:${column}`, field);
    },
  });
  return fields;
}
