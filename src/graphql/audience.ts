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
import { checkAtOnce, everybody, type Permissions } from '../auth/rules.ts';

/** Who may be given one and the same answer: all who ask, or nobody but the one who asked. */
export type Audience = 'everyone' | 'viewer';

/** Decided once for each operation of a parsed document; then a look-up. */
type Decision<Answer> = (operation: OperationDefinitionNode, document: DocumentNode) => Answer;

export type AudienceOf = Decision<Audience>;

/** Whether one and the same session, in the same role, is answered the same for as long as the entries are that are read for it. */
export type IsSteady = Decision<boolean>;

/** Whether a field of an object type is one of those that answer everybody alike, or one and the same viewer. */
export type IsListed = (type: string, field: string) => boolean;

/**
 * The one decision on which whatever keeps answers for several viewers stands: an answer is for `everyone` only where every
 * field that the operation can reach is shared. Variables, and with them `@skip` and `@include`, are not looked at: what might
 * be reached counts. Mutations and subscriptions are the viewer's, and so is the schema's description, which not all may see.
 */
export function createAudience(schema: GraphQLSchema, isShared: IsListed): AudienceOf {
  const reachesSharedAlone = createDecision(schema, isShared);
  return (operation, document) => (reachesSharedAlone(operation, document) ? 'everyone' : 'viewer');
}

/** The other one: an answer may be kept for the session that it was made for only where it is made of these fields alone. */
export const createSteadiness = (schema: GraphQLSchema, isSteady: IsListed): IsSteady =>
  createDecision(schema, isSteady);

/** Whether a query reaches listed fields alone. */
function createDecision(schema: GraphQLSchema, isListed: IsListed): Decision<boolean> {
  const known = new WeakMap<OperationDefinitionNode, boolean>();

  return function decided(operation, document) {
    const found = known.get(operation) ?? decide(operation, document);
    known.set(operation, found);
    return found;
  };

  function decide(operation: OperationDefinitionNode, document: DocumentNode): boolean {
    if (operation.operation !== OperationTypeNode.QUERY) return false;
    const reach = createReach(schema, isListed, document);
    return reach(schema.getQueryType() ?? undefined, operation.selectionSet);
  }
}

/** Whether all that a selection can reach is listed. Whatever is not understood is not. */
function createReach(schema: GraphQLSchema, isListed: IsListed, document: DocumentNode) {
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
    if (objects.length === 0 || !objects.every((object) => isListed(object.name, name.value))) return false;
    if (selectionSet === undefined) return true;
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
    return field !== undefined && reach(getNamedType(field.type), selectionSet);
  }

  return reach;
}

/** Throws where a field is listed that is not for everybody: what a rule keeps from someone is never shared. */
export function createIsShared(listed: Listed, permissions: Permissions): IsListed {
  return listOf(listed, (type, field) => {
    if (permissions[type]?.[field] !== everybody)
      throw new Error(`${type}.${field} is listed as shared, and is not for everybody`);
  });
}

/**
 * Of shared fields and those that are listed. Throws for one whose rule asks anything but who the viewer is and what the field
 * is of: a scope, say, ends by itself, and nothing that an answer is made of would tell of it.
 */
export function createIsSteady(listed: Listed, permissions: Permissions, isShared: IsListed): IsListed {
  const isListed = listOf(listed, (type, field) => {
    const rule = permissions[type]?.[field];
    if (rule === undefined || (rule !== everybody && checkAtOnce(rule) === undefined))
      throw new Error(`${type}.${field} is listed as steady, and its rule looks at more than the viewer`);
  });
  return (type, field) => isShared(type, field) || isListed(type, field);
}

type Listed = Readonly<Partial<Record<string, readonly string[]>>>;

function listOf(listed: Listed, check: (type: string, field: string) => void): IsListed {
  const names = new Set<string>();
  for (const [type, fields = []] of Object.entries(listed)) {
    for (const field of fields) {
      check(type, field);
      names.add(`${type}.${field}`);
    }
  }
  return (type, field) => names.has(`${type}.${field}`);
}
