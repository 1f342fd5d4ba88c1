import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
} from 'graphql';

/** A place of the contract in which a client puts an id. */
export interface IdPlace {
  /** Such as `Mutation.transfer(input.fromAccountId)`. */
  readonly name: string;
  /** The root field. */
  readonly field: string;
  readonly isSubscription: boolean;
  readonly document: string;
  /** With the id in that place; whatever else is required is filled in, ids by `own`. */
  readonly variables: (id: string, own: (argument: string) => string) => Readonly<Record<string, unknown>>;
}

type Input = GraphQLArgument | GraphQLInputField;
type Own = (argument: string) => string;

/** Every place of every root field, so that a new one is there at once; codes of short links name things as ids do. */
export function idPlaces(schema: GraphQLSchema): readonly IdPlace[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      pathsIn(field.args).map((path) => placeOf(root?.name ?? '', field, path)),
    ),
  );
}

function placeOf(root: string, field: GraphQLField<unknown, unknown>, path: readonly string[]): IdPlace {
  const args = field.args.filter((arg) => isRequiredArgument(arg) || arg.name === path[0]);
  const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = args.map(({ name }) => `${name}: $${name}`).join(', ');
  return {
    name: `${root}.${field.name}(${path.join('.')})`,
    field: field.name,
    isSubscription: root === 'Subscription',
    document: `${root.toLowerCase()} (${declared}) { ${field.name}(${given}) ${selectionOf(field)} }`,
    variables: (id, own) =>
      Object.fromEntries(
        args.map((arg) => [
          arg.name,
          valueOf(arg, path[0] === arg.name ? path.slice(1) : undefined, id, own),
        ]),
      ),
  };
}

/** Enough to see whether something was found or done. */
function selectionOf({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  const hasRefusals = isObjectType(named) && 'userErrors' in named.getFields();
  return hasRefusals ? '{ __typename userErrors { code } }' : '{ __typename }';
}

function pathsIn(inputs: readonly Input[]): readonly (readonly string[])[] {
  return inputs.flatMap((input): readonly (readonly string[])[] => {
    const named = getNamedType(input.type);
    if (named.name === 'ID' || input.name === 'code') return [[input.name]];
    if (!isInputObjectType(named)) return [];
    return pathsIn(Object.values(named.getFields())).map((path) => [input.name, ...path]);
  });
}

/** With the id at the end of `rest`, where the place lies within this input. */
function valueOf(input: Input, rest: readonly string[] | undefined, id: string, own: Own): unknown {
  return inType(input.type, (named) => {
    if (isInputObjectType(named)) {
      const fields = Object.values(named.getFields()).filter(
        (each) => isRequiredInputField(each) || each.name === rest?.[0],
      );
      return Object.fromEntries(
        fields.map((each) => [
          each.name,
          valueOf(each, rest?.[0] === each.name ? rest.slice(1) : undefined, id, own),
        ]),
      );
    }
    if (rest !== undefined) return id;
    if (named.name === 'ID') return own(input.name);
    return samples[named.name] ?? (isEnumType(named) ? named.getValues()[0]?.name : 'sample text');
  });
}

function inType(type: GraphQLInputType, make: (named: GraphQLNamedInputType) => unknown): unknown {
  if (isNonNullType(type)) return inType(type.ofType, make);
  return isListType(type) ? [inType(type.ofType, make)] : make(type);
}

const samples: Readonly<Record<string, unknown>> = {
  ...{ Int: 1, Float: 1, Boolean: true, Decimal: '1.00', CurrencyCode: 'EUR' },
  ...{ URL: 'https://shop.example/', DateTime: '2100-01-01T00:00:00Z' },
};
