import {
  getArgumentValues,
  getNamedType,
  GraphQLError,
  isInputObjectType,
  isListType,
  isNonNullType,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import type { ListSize, Weights } from './weights.ts';

/** What the arguments of a field come to. */
export interface Arguments {
  /** Units, added to those of the field. */
  readonly weight: number;
  /** Of the list that it answers, or that its sized fields do; 1 where there is none. */
  readonly size: number;
}

/** Reckons with the values of variables, which are coerced. Throws `BAD_USER_INPUT` for a list of a size that cannot be. */
export type ReadArguments = (variables: Readonly<Record<string, unknown>>) => Arguments;

/** What resolvers refuse to go beyond, and what no list that an argument sizes is longer than. */
export const maxListSize = 100;

/** Decides once what has to be looked at for each request: for most fields nothing. */
export function planArguments(
  weights: Weights,
  field: GraphQLField<unknown, unknown>,
  listSize: ListSize | undefined,
  node: FieldNode,
): ReadArguments {
  const isSliced = listSize !== undefined && listSize.slicingArguments.length > 0;
  const isWeighed = field.args.some(
    (arg) => weights.ofInput(arg) !== 0 || isInputObjectType(getNamedType(arg.type)),
  );
  if (!isSliced && !isWeighed) {
    const fixed = { weight: 0, size: listSize?.assumedSize ?? 1 };
    return () => fixed;
  }
  return (variables) => {
    const values = valuesOf(field, node, variables);
    let weight = 0;
    if (isWeighed) {
      for (const arg of field.args)
        weight += weigh(weights, arg.type, weights.ofInput(arg), values[arg.name]);
    }
    return { weight, size: listSize === undefined ? 1 : sizeOf(listSize, values, node) };
  };
}

/** With defaults. What execution would refuse at the field is refused here. */
function valuesOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) throw cannotReckon(error.message, node);
    throw error;
  }
}

/** The value of an argument or input field: its weight for each item, and the weights of the fields of an object. */
function weigh(weights: Weights, type: GraphQLInputType, weight: number, value: unknown): number {
  if (value == null) return 0;
  if (isNonNullType(type)) return weigh(weights, type.ofType, weight, value);
  if (isListType(type)) {
    const items = value as readonly unknown[];
    return items.reduce<number>((sum, item) => sum + weigh(weights, type.ofType, weight, item), 0);
  }
  if (!isInputObjectType(type)) return weight;
  const object = value as Readonly<Record<string, unknown>>;
  return Object.values(type.getFields()).reduce(
    (sum, input) => sum + weigh(weights, input.type, weights.ofInput(input), object[input.name]),
    weight,
  );
}

function sizeOf(
  { assumedSize, slicingArguments, requireOneSlicingArgument }: ListSize,
  values: Readonly<Record<string, unknown>>,
  node: FieldNode,
): number {
  const sizes = slicingArguments
    .filter((name) => values[name] != null)
    .map((name) => readSize(name, values[name], node));
  const isOne = sizes.length === 1;
  if ((requireOneSlicingArgument && !isOne) || (sizes.length === 0 && assumedSize === undefined)) {
    throw cannotReckon(`\`${node.name.value}\` needs one of ${slicingArguments.join(', ')}.`, node);
  }
  return sizes.length === 0 ? (assumedSize ?? 1) : Math.max(...sizes);
}

function readSize(name: string, value: unknown, node: FieldNode): number {
  if (Array.isArray(value)) {
    if (value.length <= maxListSize) return value.length;
    throw cannotReckon(`At most ${maxListSize} ${name} at once, not ${value.length}.`, node);
  }
  if (typeof value === 'number' && value >= 1 && value <= maxListSize) return value;
  throw cannotReckon(`\`${name}\` must be between 1 and ${maxListSize}, not ${String(value)}.`, node);
}

/** For a client to read. */
export function cannotReckon(message: string, node?: FieldNode): GraphQLError {
  return new GraphQLError(message, {
    ...(node === undefined ? {} : { nodes: node }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
