import { isInputObjectType, isInterfaceType, isScalarType, type GraphQLSchema } from 'graphql';
import type { Change } from './change.ts';

/** What graphql-js does not look at: roots, scalars' specifications, one-of inputs, types that are new to an interface. */
export function compareShapes(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  return [
    ...compareRoots(before, after),
    ...compareScalars(before, after),
    ...compareOneOf(before, after),
    ...compareImplementations(before, after),
  ];
}

/** A root can be lost while its type stays. */
function compareRoots(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  const roots = [
    ['query', before.getQueryType(), after.getQueryType()],
    ['mutation', before.getMutationType(), after.getMutationType()],
    ['subscription', before.getSubscriptionType(), after.getSubscriptionType()],
  ] as const;
  return roots
    .filter(([, was, is]) => was != null && was.name !== is?.name)
    .map(([operation, was, is]) => ({
      class: 'breaking',
      kind: 'ROOT_CHANGED',
      text: `The root of every ${operation} was ${was?.name ?? ''} and is ${is?.name ?? 'gone'}.`,
    }));
}

function compareScalars(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  return typesOf(before)
    .filter(isScalarType)
    .flatMap((was): readonly Change[] => {
      const is = after.getType(was.name);
      if (!isScalarType(is) || (is.specifiedByURL ?? null) === (was.specifiedByURL ?? null)) return [];
      const text = `${was.name} is specified by ${is.specifiedByURL ?? 'nothing'}, and was by ${was.specifiedByURL ?? 'nothing'}.`;
      return [{ class: 'dangerous', kind: 'SCALAR_SPECIFIED_OTHERWISE', text }];
    });
}

function compareOneOf(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  return typesOf(before)
    .filter(isInputObjectType)
    .flatMap((was): readonly Change[] => {
      const is = after.getType(was.name);
      if (!isInputObjectType(is) || is.isOneOf === was.isOneOf) return [];
      return is.isOneOf
        ? [{ class: 'breaking', kind: 'ONE_OF_ADDED', text: `${was.name} takes only one of its fields now.` }]
        : [{ class: 'safe', kind: 'ONE_OF_REMOVED', text: `${was.name} takes any of its fields now.` }];
    });
}

/**
 * Somebody who asks for the interface can get a type that is new, as with a union. Not so with `Node`: one gets from it
 * only what one has an id of.
 */
function compareImplementations(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  return typesOf(before)
    .filter(isInterfaceType)
    .filter(({ name }) => name !== 'Node')
    .flatMap(({ name }) => {
      const is = after.getType(name);
      const implementing = isInterfaceType(is) ? after.getPossibleTypes(is) : [];
      return implementing
        .filter((type) => before.getType(type.name) === undefined)
        .map((type) => ({
          class: 'dangerous' as const,
          kind: 'IMPLEMENTATION_ADDED',
          text: `${type.name} is new among those that implement ${name}.`,
        }));
    });
}

const typesOf = (schema: GraphQLSchema) => Object.values(schema.getTypeMap());
