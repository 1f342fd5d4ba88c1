import { isAbstractType, isEnumType, isInputObjectType, isObjectType, isInterfaceType } from 'graphql';
import type { GraphQLArgument, GraphQLSchema } from 'graphql';

/**
 * Units of an introspected object, and of a field that leads to some: they lie in memory. A power of two, so that their sums
 * are exact.
 */
export const introspectionWeight = 1 / 1_024;

/** The longest that each list of the introspection of this schema can be, by `<type>.<field>`. */
export function introspectionSizes(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap());
  const outputs = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = outputs.map((type) => Object.values(type.getFields()));
  const directives = schema.getDirectives();
  const longest = (lists: readonly (readonly unknown[])[]) =>
    Math.max(0, ...lists.map(({ length }) => length));
  const argsOf = ({ args }: { readonly args: readonly GraphQLArgument[] }) => args;
  return new Map([
    ['__Schema.types', types.length],
    ['__Schema.directives', directives.length],
    ['__Type.fields', longest(fields)],
    ['__Type.interfaces', longest(outputs.map((type) => type.getInterfaces()))],
    [
      '__Type.possibleTypes',
      longest(types.filter(isAbstractType).map((type) => schema.getPossibleTypes(type))),
    ],
    ['__Type.enumValues', longest(types.filter(isEnumType).map((type) => type.getValues()))],
    [
      '__Type.inputFields',
      longest(types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()))),
    ],
    ['__Field.args', longest(fields.flat().map(argsOf))],
    ['__Directive.args', longest(directives.map(argsOf))],
  ]);
}
