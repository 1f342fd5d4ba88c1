import {
  TypeInfo,
  isAbstractType,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/**
 * `Type.field` of all that a document names, for each object type on which it may be found: told by graphql-js's own walk
 * over the whole document. Without `__typename`.
 */
export function reachedFields(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const types = new TypeInfo(schema);
  const reached = new Set<string>();
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name: { value: field } }) {
        const parent = types.getParentType();
        if (parent == null || field === '__typename') return;
        const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
        for (const { name } of objects) reached.add(`${name}.${field}`);
      },
    }),
  );
  return reached;
}
