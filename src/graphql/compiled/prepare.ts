import {
  Kind,
  TypeInfo,
  getNamedType,
  isAbstractType,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type ExecutableDefinitionNode,
  type FieldNode,
  type GraphQLSchema,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { isIncluded, type Conditions, type Fragments } from '../../cost/collect.ts';
import { namedByItself } from './explicit.ts';
import type { Slot } from './slots.ts';

/** What the compiler is given in place of an operation. */
export interface Prepared {
  /** The operation and the fragments that it needs. No value is left in it, and no condition: names alone become code. */
  readonly document: DocumentNode;
  /** Its variables. */
  readonly slots: readonly Slot[];
}

/** Why an operation is left to graphql-js. */
export class NotCompilable extends Error {
  override readonly name = 'NotCompilable';
}

/**
 * Under other keys the compiler mixes up fields (it joins the keys of a path with `_`) or sets prototypes (`__proto__`).
 */
const plainKey = /^[A-Za-z][A-Za-z0-9]*$/;

/**
 * Rewrites a validated query for the compiler, which misreads some of what can stand in one. Selections that `conditions`
 * leave out are gone; each argument has become a variable, filled for each request, because the compiler writes values into
 * its code, some of them unquoted. All fields are copies: it notes things on them. Throws `NotCompilable`.
 */
export function prepare(
  schema: GraphQLSchema,
  slotType: string,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  conditions: Conditions,
): Prepared {
  const slots: Slot[] = [];
  const needed = new Set<string>();
  const types = new TypeInfo(schema);

  function rewrite<Definition extends ExecutableDefinitionNode>(definition: Definition): Definition {
    return visit(
      definition,
      visitWithTypeInfo(types, {
        VariableDefinition: () => null,
        Field: withConditions((field) => {
          check(field);
          return { ...field, directives: [] };
        }),
        InlineFragment: withConditions((fragment) => ({ ...fragment, directives: [] })),
        FragmentSpread: withConditions((spread) => {
          needed.add(spread.name.value);
          return { ...spread, directives: [] };
        }),
        Argument: toSlot,
      }),
    );
  }

  /** Null takes the selection out. */
  function withConditions<Node extends SelectionNode>(rewriteNode: (node: Node) => Node) {
    return (node: Node): Node | null => (isIncluded(node, conditions) ? rewriteNode(node) : null);
  }

  function check({ name, alias }: FieldNode): void {
    if (name.value !== '__typename' && name.value.startsWith('__'))
      throw new NotCompilable('it asks for the schema');
    const key = (alias ?? name).value;
    if (key !== '__typename' && !plainKey.test(key)) throw new NotCompilable('a key is no plain word');
    const output = types.getType();
    if (output == null) throw new NotCompilable('a field is unknown');
    const type = getNamedType(output);
    if (isAbstractType(type) && type.resolveType !== namedByItself)
      throw new NotCompilable(`${type.name} is told in a way of its own`);
  }

  function toSlot(argument: ArgumentNode): ArgumentNode {
    const definition = types.getArgument();
    if (definition == null) throw new NotCompilable('an argument is unknown');
    const name = `slot${slots.length}`;
    const hasDefault = definition.defaultValue !== undefined;
    slots.push({ name, type: definition.type, value: argument.value, hasDefault });
    return { ...argument, value: variableNode(name) };
  }

  const root = rewrite(operation);
  const rest: ExecutableDefinitionNode[] = [];
  // It grows meanwhile, by what fragments spread.
  for (const name of needed) {
    const fragment = fragments[name];
    if (fragment === undefined) throw new NotCompilable('a fragment is unknown');
    rest.push(rewrite(fragment));
  }
  const variableDefinitions = slots.map(({ name }) => definitionOf(name, slotType));
  return {
    document: { kind: Kind.DOCUMENT, definitions: [{ ...root, variableDefinitions }, ...rest] },
    slots,
  };
}

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });
const variableNode = (name: string): VariableNode => ({ kind: Kind.VARIABLE, name: nameNode(name) });
const definitionOf = (name: string, type: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: variableNode(name),
  type: { kind: Kind.NAMED_TYPE, name: nameNode(type) },
});
