import {
  buildASTSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isTypeDefinitionNode,
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type NameNode,
} from 'graphql';
import { removalDay } from './deprecation.ts';
import type { Members } from './members.ts';

/** What the release has deprecated until a day that has come, and what is indeed gone: coordinates. */
export function goneAsAnnounced(released: Members, present: Members, today: string): ReadonlySet<string> {
  const gone = [...released.values()].filter(({ coordinate, deprecationReason }) => {
    const day = removalDay(deprecationReason);
    return day !== undefined && day <= today && !present.has(coordinate);
  });
  return new Set(gone.map(({ coordinate }) => coordinate));
}

/**
 * The release as if it had never had them, nor the types that only they led to: whatever else is missing then, nobody has
 * announced.
 */
export function without(
  released: DocumentNode,
  gone: ReadonlySet<string>,
  present: GraphQLSchema,
): GraphQLSchema {
  if (gone.size === 0) return build(released);
  const settled = { ...released, definitions: released.definitions.map((each) => pruned(each, gone)) };
  const reachedBefore = reachableTypes(build(released));
  const reached = reachableTypes(build(settled));
  const isOrphan = (name: string) =>
    present.getType(name) === undefined && reachedBefore.has(name) && !reached.has(name);
  const definitions = settled.definitions.filter(
    (each) => !(isTypeDefinitionNode(each) && isOrphan(each.name.value)),
  );
  return build({ ...settled, definitions });
}

const build = (document: DocumentNode) => buildASTSchema(document, { assumeValid: true });

function pruned(definition: DefinitionNode, gone: ReadonlySet<string>): DefinitionNode {
  if (!isTypeDefinitionNode(definition)) return definition;
  const parent = definition.name.value;
  const isThere = ({ name }: { readonly name: NameNode }) => !gone.has(`${parent}.${name.value}`);
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION)
    return { ...definition, values: (definition.values ?? []).filter(isThere) };
  if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    return { ...definition, fields: (definition.fields ?? []).filter(isThere) };
  if (!('fields' in definition)) return definition;
  const fields = (definition.fields ?? []).filter(isThere).map((field) => ({
    ...field,
    arguments:
      field.arguments?.filter(({ name }) => !gone.has(`${parent}.${field.name.value}(${name.value}:)`)) ?? [],
  }));
  return { ...definition, fields };
}

/** Names of the types that an operation can come to, from the roots on. */
function reachableTypes(schema: GraphQLSchema): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting: GraphQLNamedType[] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ].filter((type) => type != null);
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (reached.has(type.name)) continue;
    reached.add(type.name);
    waiting.push(...nextTypes(schema, type));
  }
  return reached;
}

function nextTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => getNamedType(field.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return possible;
  const fields = Object.values(type.getFields());
  const inputs = fields.flatMap(({ args }) => args.map((argument) => getNamedType(argument.type)));
  return [
    ...possible,
    ...type.getInterfaces(),
    ...fields.map((field) => getNamedType(field.type)),
    ...inputs,
  ];
}
