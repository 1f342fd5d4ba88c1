import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  OperationTypeNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { isList, type Weights } from './weights.ts';

/**
 * Throws where no estimate could hold: for a list of something that weighs anything, and neither its own `@listSize` nor that
 * of a field that leads there says how long it can be; and for a `@listSize` that names what there is not.
 */
export function checkSizes(schema: GraphQLSchema, weights: Weights): void {
  const types = Object.values(schema.getTypeMap());
  const objects = types.filter(isObjectType).filter((type) => !isIntrospectionType(type));
  // Reading a weight refuses what is none: better now than at a request.
  for (const type of types) weights.ofType(type);
  for (const input of types.filter(isInputObjectType))
    for (const field of Object.values(input.getFields())) weights.ofInput(field);
  for (const object of objects) for (const field of fieldsOf(object)) checkField(object, field);
  for (const operation of Object.values(OperationTypeNode)) {
    const root = schema.getRootType(operation);
    const [unsized] = root == null ? [] : unsizedLists(root);
    if (root != null && unsized !== undefined)
      throw new Error(`The size of ${root.name}.${unsized} is unknown`);
  }

  function checkField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): void {
    const name = `${parent.name}.${field.name}`;
    const { listSize } = weights.ofField(parent, field);
    checkInputs(field.args);
    const missing = listSize?.slicingArguments.find((arg) => !field.args.some((each) => each.name === arg));
    if (missing !== undefined) throw new Error(`@listSize of ${name} names no argument of it: ${missing}`);
    const sizedFields = listSize?.sizedFields ?? [];
    if (isList(field.type) && (isListOfLists(field) || sizedFields.length > 0))
      throw new Error(`${name} has more lists than one size is for`);
    for (const object of objectsOf(schema, getNamedType(field.type))) {
      const lists = unsizedLists(object);
      const unknown = sizedFields.find((sized) => !lists.includes(sized));
      if (unknown !== undefined)
        throw new Error(`@listSize of ${name} names no list of ${object.name}: ${unknown}`);
      const unsized = lists.find((list) => !sizedFields.includes(list));
      if (unsized !== undefined) throw new Error(`${name} leads to a list of unknown size: ${unsized}`);
    }
  }

  function checkInputs(inputs: readonly (GraphQLArgument | GraphQLInputField)[]): void {
    for (const input of inputs) weights.ofInput(input);
  }

  /** Lists for which a field that leads to the type has to say how long they are. */
  function unsizedLists(object: GraphQLObjectType): readonly string[] {
    return fieldsOf(object)
      .filter((field) => isList(field.type) && !isWeightless(getNamedType(field.type)))
      .filter((field) => weights.ofField(object, field).listSize === undefined)
      .map(({ name }) => name);
  }

  function isWeightless(type: GraphQLNamedType): boolean {
    if (isLeafType(type)) return weights.ofType(type) === 0;
    return objectsOf(schema, type).every(
      (object) =>
        weights.ofType(object) === 0 &&
        fieldsOf(object).every(
          (field) =>
            isLeafType(getNamedType(field.type)) &&
            isWeightless(getNamedType(field.type)) &&
            weights.ofField(object, field).weight === 0 &&
            field.args.length === 0,
        ),
    );
  }
}

const fieldsOf = (object: GraphQLObjectType) => Object.values(object.getFields());

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

function isListOfLists({ type }: GraphQLField<unknown, unknown>): boolean {
  const list = isNonNullType(type) ? type.ofType : type;
  if (!isListType(list)) return false;
  const item: GraphQLOutputType = list.ofType as GraphQLOutputType;
  return isList(item);
}
