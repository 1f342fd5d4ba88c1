import {
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { introspectionSizes, introspectionWeight } from './introspection.ts';

/** What a schema says by `@cost` and `@listSize`, with their defaults; read once and kept. */
export interface Weights {
  /** Of each object or leaf of the type. */
  ofType(type: GraphQLNamedType): number;
  /** Of each item of an argument or input field. */
  ofInput(input: GraphQLArgument | GraphQLInputField): number;
  ofField(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldWeight;
}

export interface FieldWeight {
  readonly weight: number;
  /** Whether the answer is a list. */
  readonly isList: boolean;
  /** Absent where the answer is no list and sizes none, and for lists of what weighs nothing. */
  readonly listSize: ListSize | undefined;
}

export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** Where there are any, they are of this length in place of the field itself. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** Sums of such parts are exact, so that an estimate is not less than what came of it by a rounding. */
const parts = 1_024;

export function createWeights(schema: GraphQLSchema): Weights {
  const types = new Map<GraphQLNamedType, number>();
  const fields = new Map<GraphQLField<unknown, unknown>, FieldWeight>();
  const inputs = new Map<GraphQLArgument | GraphQLInputField, number>();
  const sizes = introspectionSizes(schema);

  /** What `@cost` says, or the default. */
  function costOf(
    name: string,
    nodes: readonly (WithDirectives | null | undefined)[],
    fallback: number,
  ): number {
    const text = valuesOf(schema, 'cost', nodes)?.['weight'];
    if (typeof text !== 'string') return fallback;
    const weight = Number(text);
    if (text === '' || !Number.isFinite(weight))
      throw new Error(`${name} has a weight that is not a number: ${text}`);
    return Math.round(weight * parts) / parts;
  }

  function readType(type: GraphQLNamedType): number {
    if (isIntrospectionType(type)) return isObjectType(type) ? introspectionWeight : 0;
    const nodes = [type.astNode, ...type.extensionASTNodes];
    const weight = costOf(type.name, nodes, isCompositeType(type) ? 1 : 0);
    if (weight < 0) throw new Error(`${type.name} has a negative weight`);
    return weight;
  }

  function readField(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldWeight {
    const type = getNamedType(field.type);
    const isOfIntrospection = isIntrospectionType(type);
    const usual = isOfIntrospection ? introspectionWeight : 1;
    return {
      weight: costOf(`${parent.name}.${field.name}`, [field.astNode], isCompositeType(type) ? usual : 0),
      isList: isList(field.type),
      listSize: isOfIntrospection
        ? fixedSize(sizes.get(`${parent.name}.${field.name}`))
        : readListSize(schema, field),
    };
  }

  return {
    ofType: (type) => kept(types, type, () => readType(type)),
    ofInput: (input) =>
      kept(inputs, input, () =>
        costOf(input.name, [input.astNode], isInputObjectType(getNamedType(input.type)) ? 1 : 0),
      ),
    ofField: (parent, field) => kept(fields, field, () => readField(parent, field)),
  };
}

interface WithDirectives {
  readonly directives?: readonly DirectiveNode[];
}

/** The arguments of a directive on the first node that has it. */
function valuesOf(
  schema: GraphQLSchema,
  name: string,
  nodes: readonly (WithDirectives | null | undefined)[],
): Readonly<Record<string, unknown>> | undefined {
  const directive = schema.getDirective(name);
  if (directive == null) return undefined;
  for (const node of nodes) {
    const values = node == null ? undefined : getDirectiveValues(directive, node);
    if (values !== undefined) return values;
  }
  return undefined;
}

function readListSize(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): ListSize | undefined {
  const values = valuesOf(schema, 'listSize', [field.astNode]);
  if (values === undefined) return undefined;
  // Its types are those of the directive's declaration.
  return {
    assumedSize: (values['assumedSize'] ?? undefined) as number | undefined,
    slicingArguments: (values['slicingArguments'] ?? []) as readonly string[],
    sizedFields: (values['sizedFields'] ?? []) as readonly string[],
    requireOneSlicingArgument: values['requireOneSlicingArgument'] !== false,
  };
}

function fixedSize(assumedSize: number | undefined): ListSize | undefined {
  if (assumedSize === undefined) return undefined;
  return { assumedSize, slicingArguments: [], sizedFields: [], requireOneSlicingArgument: false };
}

export function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
