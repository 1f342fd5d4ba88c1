import {
  getNamedType,
  isAbstractType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { cannotReckon, planArguments, type ReadArguments } from './arguments.ts';
import { createCollector, type Conditions, type Fragments } from './collect.ts';
import type { FieldWeight, Weights } from './weights.ts';

/**
 * What is reckoned of an operation, whatever its variables: each selection once for each object type that it may be of,
 * those that an answer merges merged, behind those that it contains.
 */
export interface Plan {
  readonly selections: readonly PlannedSelection[];
  /** Of all selections, in their order; a field's `index` is its place here. */
  readonly fields: readonly PlannedField[];
  readonly rootWeight: number;
}

export interface PlannedSelection {
  readonly type: string;
  readonly fields: readonly PlannedField[];
}

export interface PlannedField {
  readonly index: number;
  /** Under which it is answered. */
  readonly key: string;
  readonly isTypename: boolean;
  readonly field: FieldWeight;
  /** Whether the field above says how long its list is. */
  readonly isSized: boolean;
  readonly read: ReadArguments;
  /** Of each leaf, where it has no targets. */
  readonly leafWeight: number;
  /** The object types that it may answer with. */
  readonly targets: readonly Target[];
}

export interface Target {
  readonly weight: number;
  /** Its place among the plan's selections, before that of the field. */
  readonly selection: number;
}

interface Needs {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
  readonly fragments: Fragments;
  readonly conditions: Conditions;
}

/**
 * Fields that are looked at for one plan. Selections that are merged in ever other ways can come to more of them than a
 * document has letters; documents that people write stay far below.
 */
const maxVisits = 5_000;

/** Throws `BAD_USER_INPUT` for an operation that is too entangled to be planned. */
export function makePlan(operation: OperationDefinitionNode, needs: Needs): Plan {
  const { schema, weights } = needs;
  let visitsLeft = maxVisits;
  const collect = createCollector({
    ...needs,
    onVisit() {
      visitsLeft -= 1;
      if (visitsLeft < 0) throw cannotReckon('The selections of this operation overlap in too many ways.');
    },
  });
  const selections: PlannedSelection[] = [];
  const fields: PlannedField[] = [];
  const known = new Map<string, number>();
  const numbers = new Map<SelectionSetNode, number>();

  /** The same selections of the same type are planned once, however many ways lead there. */
  function planSelection(
    sets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
    sized: readonly string[],
  ): number {
    const distinct = new Set(sets.map(numberOf));
    const name = `${type.name} ${sized.join()} ${[...distinct].sort((one, other) => one - other).join()}`;
    const planned = known.get(name);
    if (planned !== undefined) return planned;
    const own = [...collect(sets, type)].flatMap(([key, nodes]) => planField(type, key, nodes, sized));
    selections.push({ type: type.name, fields: own });
    known.set(name, selections.length - 1);
    return selections.length - 1;
  }

  function planField(
    parent: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    sized: readonly string[],
  ): readonly PlannedField[] {
    const [node] = nodes;
    const definition = node === undefined ? undefined : fieldOf(schema, parent, node.name.value);
    // What does not validate is not executed either.
    if (node === undefined || definition === undefined) return [];
    const type = getNamedType(definition.type);
    const field = weights.ofField(parent, definition);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const targets = possible.map((object) => ({
      weight: weights.ofType(object),
      selection: planSelection(sets, object, field.listSize?.sizedFields ?? []),
    }));
    const planned: PlannedField = {
      index: fields.length,
      key,
      isTypename: definition === TypeNameMetaFieldDef,
      field,
      isSized: sized.includes(definition.name),
      read: planArguments(weights, definition, field.listSize, node),
      leafWeight: targets.length === 0 ? weights.ofType(type) : 0,
      targets,
    };
    fields.push(planned);
    return [planned];
  }

  function numberOf(set: SelectionSetNode): number {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return number;
  }

  const root = schema.getRootType(operation.operation);
  if (root == null) return { selections: [], fields, rootWeight: 0 };
  planSelection([operation.selectionSet], root, []);
  return { selections, fields, rootWeight: weights.ofType(root) };
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parent.getFields()[name];
}
