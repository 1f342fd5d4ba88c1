import {
  Kind,
  OperationTypeNode,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { everybody, type Permissions } from '../auth/rules.ts';

/** Who may be given one and the same answer: all who ask, or nobody but the one who asked. */
export type Audience = 'everyone' | 'viewer';

/** Decided once for each operation of a parsed document; then a look-up. */
export type AudienceOf = (operation: OperationDefinitionNode, document: DocumentNode) => Audience;

/** Whether the field of an object type answers everybody alike. */
export type IsShared = (type: string, field: string) => boolean;

/**
 * The one decision on which whatever keeps answers for several viewers stands: an answer is for `everyone` only where every
 * field that the operation can reach is shared. Variables, and with them `@skip` and `@include`, are not looked at: what might
 * be reached counts. Mutations and subscriptions are the viewer's, and so is the schema's description, which not all may see.
 */
export function createAudience(schema: GraphQLSchema, isShared: IsShared): AudienceOf {
  const known = new WeakMap<OperationDefinitionNode, Audience>();

  return function audienceOf(operation, document) {
    const found = known.get(operation) ?? decide(operation, document);
    known.set(operation, found);
    return found;
  };

  function decide(operation: OperationDefinitionNode, document: DocumentNode): Audience {
    if (operation.operation !== OperationTypeNode.QUERY) return 'viewer';
    const reach = createReach(schema, isShared, document);
    return reach(schema.getQueryType() ?? undefined, operation.selectionSet) ? 'everyone' : 'viewer';
  }
}

/** Whether all that a selection can reach is shared. Whatever is not understood is not. */
function createReach(schema: GraphQLSchema, isShared: IsShared, document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const seen = new Set<string>();

  function reach(type: GraphQLNamedType | undefined, { selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return reachField(type, selection);
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          return reach(condition === undefined ? type : schema.getType(condition), selection.selectionSet);
        }
        case Kind.FRAGMENT_SPREAD:
          return reachFragment(selection.name.value);
      }
    });
  }

  /** On every type of its own condition, whichever of them can be here; so that once is enough. */
  function reachFragment(name: string): boolean {
    if (seen.has(name)) return true;
    seen.add(name);
    const fragment = fragments.get(name);
    if (fragment === undefined) return false;
    return reach(schema.getType(fragment.typeCondition.name.value), fragment.selectionSet);
  }

  function reachField(type: GraphQLNamedType | undefined, { name, selectionSet }: FieldNode): boolean {
    if (name.value === '__typename') return true;
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    if (objects.length === 0 || !objects.every((object) => isShared(object.name, name.value))) return false;
    if (selectionSet === undefined) return true;
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
    return field !== undefined && reach(getNamedType(field.type), selectionSet);
  }

  return reach;
}

/** Throws where a field is listed that is not for everybody: what a rule keeps from someone is never shared. */
export function createIsShared(
  listed: Readonly<Partial<Record<string, readonly string[]>>>,
  permissions: Permissions,
): IsShared {
  const shared = new Set<string>();
  for (const [type, fields = []] of Object.entries(listed)) {
    for (const field of fields) {
      if (permissions[type]?.[field] !== everybody)
        throw new Error(`${type}.${field} is listed as shared, and is not for everybody`);
      shared.add(`${type}.${field}`);
    }
  }
  return (type, field) => shared.has(`${type}.${field}`);
}
