import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  print,
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';

/** One thing that a schema has by name. */
export interface Member {
  /** `User`, `User.chats`, `User.chats(first:)`, `Role.ADMIN`. */
  readonly coordinate: string;
  /** Of what it is a part; undefined for a type. */
  readonly parent?: string;
  readonly kind: 'type' | 'field' | 'argument' | 'input field' | 'enum value';
  /** Undefined for types and enum values. */
  readonly type?: GraphQLType | undefined;
  /** As it was read into the input's type, so that two ways to write one value are equal; undefined where there is none. */
  readonly defaultValue?: unknown;
  readonly deprecationReason?: string | null | undefined;
  /** Applied to it, each as it is written. */
  readonly directives: readonly string[];
}

export type Members = ReadonlyMap<string, Member>;

/** Everything that the schema itself declares, by coordinate. */
export function membersOf(schema: GraphQLSchema): Members {
  const members = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [asMember(type, { coordinate: type.name, kind: 'type' }), ...partsOf(type)]);
  return new Map(members.map((member) => [member.coordinate, member]));
}

function partsOf(type: GraphQLNamedType): readonly Member[] {
  const parent = type.name;
  if (isObjectType(type) || isInterfaceType(type))
    return Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${parent}.${field.name}`;
      const argument = (name: string) =>
        ({ coordinate: `${coordinate}(${name}:)`, parent: coordinate, kind: 'argument' }) as const;
      return [
        asMember(field, { coordinate, parent, kind: 'field' }),
        ...field.args.map((each) => asMember(each, argument(each.name))),
      ];
    });
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) =>
      asMember(field, { coordinate: `${parent}.${field.name}`, parent, kind: 'input field' }),
    );
  if (!isEnumType(type)) return [];
  return type
    .getValues()
    .map(({ name, deprecationReason, ...value }) =>
      asMember(
        { deprecationReason, astNode: value.astNode },
        { coordinate: `${parent}.${name}`, parent, kind: 'enum value' },
      ),
    );
}

interface Definition {
  readonly type?: GraphQLType;
  readonly defaultValue?: unknown;
  readonly deprecationReason?: string | null | undefined;
  readonly astNode?: Annotated | null | undefined;
  readonly extensionASTNodes?: readonly Annotated[];
}

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

function asMember(
  { type, defaultValue, deprecationReason, astNode, extensionASTNodes = [] }: Definition,
  place: Pick<Member, 'coordinate' | 'parent' | 'kind'>,
): Member {
  const applied = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return {
    ...place,
    type,
    defaultValue,
    deprecationReason,
    directives: applied.map((directive) => print(directive)).sort(),
  };
}
