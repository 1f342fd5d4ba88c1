import {
  defaultFieldResolver,
  getNamedType,
  isAbstractType,
  isLeafType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql';
import { forEachField } from '../authorise.ts';

/**
 * Writes into the schema what graphql-js does where a field or a type says nothing, for compiled code does less: it takes a
 * promise or a function in an object for the value itself, and throws where an object does not say its type, in a place in
 * which nobody catches it. To graphql-js nothing changes.
 */
export function makeExplicit(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type)) type.resolveType ??= namedByItself;
  forEachField(schema, (_type, _name, field) => {
    // A leaf's own serializer refuses what is not a value.
    if (!isLeafType(getNamedType(field.type))) field.resolve ??= defaultFieldResolver;
  });
}

/** As objects name their type themselves: at once, and without throwing. */
export const namedByItself: GraphQLTypeResolver<unknown, unknown> = (value) =>
  typeof value === 'object' && value !== null && '__typename' in value && typeof value.__typename === 'string'
    ? value.__typename
    : undefined;
