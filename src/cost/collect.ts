import {
  isAbstractType,
  Kind,
  visit,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** An operation's fragments by their names. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** The values of the variables that `@skip` and `@include` ask for. */
export type Conditions = Readonly<Record<string, unknown>>;

interface Needs {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly conditions: Conditions;
  /** Called for each selection that is looked at; may throw. */
  readonly onVisit: () => void;
}

/**
 * Gives the fields that an object of a type answers for some selection sets, by their response keys, as execution collects
 * them: several of one key are one field, whose selections are merged.
 */
export function createCollector({ schema, fragments, conditions, onVisit }: Needs) {
  return function collect(
    sets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): ReadonlyMap<string, readonly FieldNode[]> {
    const fields = new Map<string, FieldNode[]>();
    const spread = new Set<string>();

    function collectFrom({ selections }: SelectionSetNode): void {
      for (const selection of selections) {
        onVisit();
        if (isIncluded(selection, conditions)) add(selection);
      }
    }

    function add(selection: SelectionNode): void {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = fields.get(key);
        if (nodes === undefined) fields.set(key, [selection]);
        else nodes.push(selection);
        return;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? openSpread(selection.name.value) : selection;
      if (fragment !== undefined && applies(fragment.typeCondition)) collectFrom(fragment.selectionSet);
    }

    /** Each once; a second time it adds nothing. */
    function openSpread(name: string): FragmentDefinitionNode | undefined {
      if (spread.has(name)) return undefined;
      spread.add(name);
      return fragments[name];
    }

    function applies(condition: NamedTypeNode | undefined): boolean {
      if (condition === undefined || condition.name.value === type.name) return true;
      const wanted = schema.getType(condition.name.value);
      return isAbstractType(wanted) && schema.isSubType(wanted, type);
    }

    for (const set of sets) collectFrom(set);
    return fields;
  };
}

/** The names of the variables that `@skip` and `@include` ask for, anywhere in a document. */
export function conditionNames(operation: OperationDefinitionNode, fragments: Fragments): readonly string[] {
  const names = new Set<string>();
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, {
      Directive(directive) {
        const condition = conditionOf(directive);
        if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
      },
    });
  }
  return [...names].sort();
}

/** Whether a selection is in, by what `@skip` and `@include` on it say. */
export function isIncluded({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.every((directive) => {
    const condition = conditionOf(directive);
    if (condition === undefined) return true;
    const value =
      condition.kind === Kind.VARIABLE
        ? conditions[condition.name.value]
        : condition.kind === Kind.BOOLEAN && condition.value;
    // Execution refuses a variable without a value; until then it is in.
    return directive.name.value === 'skip' ? value !== true : value !== false;
  });
}

function conditionOf({ name, arguments: args = [] }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  return args.find((arg) => arg.name.value === 'if')?.value;
}
