import { Kind, isNonNullType, valueFromAST, type GraphQLInputType, type ValueNode } from 'graphql';

/** An argument of a field, to whose value compiled code has a variable of this name. */
export interface Slot {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly value: ValueNode;
  /** Whether the field has one of its own, for where a variable has no value. */
  readonly hasDefault: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * The value of each slot, as graphql-js reads arguments from a document and coerced variables; a slot without one is left
 * out. Undefined where an argument cannot have its value, which is for graphql-js to say.
 */
export function fillSlots(slots: readonly Slot[], variables: Values): Values | undefined {
  const filled: Record<string, unknown> = {};
  for (const { name, type, value, hasDefault } of slots) {
    if (value.kind === Kind.VARIABLE && !Object.hasOwn(variables, value.name.value)) {
      if (isNonNullType(type) && !hasDefault) return undefined;
      continue;
    }
    const given: unknown = valueFromAST(value, type, variables);
    if (given === undefined) return undefined;
    filled[name] = given;
  }
  return filled;
}
