import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  print,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../clock/random.ts';

/** An operation that fits the schema, as a client would send it. */
export interface GeneratedOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether somewhere a `first` is outside of 1 to 100; it may be skipped, or left to a default. */
  readonly isOutOfRange: boolean;
}

export interface OperationShape {
  readonly kind: 'query' | 'mutation';
  /** Levels of selection. */
  readonly depth: number;
  /** The most selections in one set. */
  readonly breadth: number;
  /** Chance of a `first` that is out of range. */
  readonly negatives: number;
  /** Chance of naming an object's own fields through a fragment. */
  readonly fragments: number;
  /** Global ids of what there is; each other text is of nothing. */
  readonly ids: readonly string[];
}

const usual: OperationShape = {
  kind: 'query',
  depth: 7,
  breadth: 4,
  negatives: 0.02,
  fragments: 0.2,
  ids: [],
};

/**
 * Makes operations with variables, with and without values, of null and with defaults; with aliases, with fragments on
 * objects, interfaces and unions, named and inline, with `@skip` and `@include`, and with fields that are named twice.
 * The same chance gives the same operation.
 */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  shape: Partial<OperationShape> = {},
): GeneratedOperation {
  const { kind, depth, breadth, negatives, fragments, ids } = { ...usual, ...shape };
  const definitions: string[] = [];
  const parameters: string[] = [];
  const variables: Record<string, unknown> = {};
  let names = 0;
  let isOutOfRange = false;
  const nextName = (prefix: string) => `${prefix}${(names += 1)}`;
  const chance = (of: number) => random() < of;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const among = <Item>(items: readonly Item[]): Item => pick(items, random);

  function selectionOf(type: GraphQLNamedType, levels: number): string {
    const wanted = 1 + upTo(breadth - 1);
    const parts = Array.from({ length: wanted }, () => partOf(type, levels));
    const twice = chance(0.1) ? [among(parts)] : [];
    const typename = chance(isAbstractType(type) ? 0.5 : 0.1) ? ['__typename'] : [];
    return `{ ${[...typename, ...parts, ...twice].join(' ')} }`;
  }

  function partOf(type: GraphQLNamedType, levels: number): string {
    if (isAbstractType(type)) {
      const object = among(schema.getPossibleTypes(type));
      return chance(0.2) && type.name === 'Node' ? 'id' : fragmentOn(object, levels);
    }
    if (!isObjectType(type)) return '__typename';
    return chance(fragments) ? fragmentOn(type, levels) : fieldOf(type, levels);
  }

  /** Inline or named, on the type or on an interface of it. */
  function fragmentOn(type: GraphQLObjectType, levels: number): string {
    const body = chance(0.1) ? selectionOf(type, levels) : `{ ${fieldOf(type, levels)} }`;
    const directive = condition();
    if (chance(0.5)) return `... on ${type.name}${directive} ${body}`;
    const name = nextName('F');
    definitions.push(`fragment ${name} on ${type.name} ${body}`);
    const spread = `...${name}${directive}`;
    return type.getInterfaces().length > 0 && chance(0.2) ? `... on Node { ${spread} }` : spread;
  }

  function fieldOf(type: GraphQLObjectType, levels: number): string {
    const all = Object.values(type.getFields());
    const leaves = all.filter((field) => isLeafType(getNamedType(field.type)));
    const inner = all.filter((field) => !isLeafType(getNamedType(field.type)));
    const isInner = levels > 1 && inner.length > 0 && (leaves.length === 0 || chance(0.6));
    if (!isInner && leaves.length === 0) return '__typename';
    return textOf(among(isInner ? inner : leaves), isInner, levels);
  }

  function textOf(field: GraphQLField<unknown, unknown>, isInner: boolean, levels: number): string {
    const sub = isInner ? ` ${selectionOf(getNamedType(field.type), levels - 1)}` : '';
    // Two fields of one key must be of one kind wherever they meet; those without arguments may be merged.
    const isPlain = field.args.length === 0 && !chance(0.2) && isOfOneType(schema, field);
    const alias = isPlain ? '' : `${nextName('a')}: `;
    const text = `${alias}${field.name}${argumentsOf(field)}${condition()}${sub}`;
    if (!isInner || !chance(0.1)) return text;
    const again = selectionOf(getNamedType(field.type), levels - 1);
    return `${text} ${text.slice(0, text.length - sub.length)} ${again}`;
  }

  function condition(): string {
    if (!chance(0.1)) return '';
    const value = chance(0.5) ? String(chance(0.5)) : variable('Boolean!', chance(0.5));
    return ` @${chance(0.5) ? 'skip' : 'include'}(if: ${value})`;
  }

  function argumentsOf(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap((arg) => {
      const isNeeded = isNonNullType(arg.type) && arg.defaultValue === undefined;
      return isNeeded || chance(arg.name === 'first' ? 0.7 : 0.2) ? [`${arg.name}: ${valueFor(arg)}`] : [];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  function valueFor(arg: GraphQLArgument): string {
    const value = arg.name === 'first' ? aFirst() : aValue(arg.type, 0);
    return chance(0.5) ? variable(String(arg.type), value) : literal(value, arg.type);
  }

  function aFirst(): number | null {
    if (chance(0.1)) return null;
    if (chance(negatives)) {
      isOutOfRange = true;
      return among([0, -1, -100, 101, 1_000, -2_147_483_648, 2_147_483_647]);
    }
    return among([1, 2, 3, 5, 10, 20, 50, 100, 1 + upTo(99), 1 + upTo(99)]);
  }

  /** A parameter with its value: given, left to its default, or neither where it may be absent. */
  function variable(type: string, value: unknown): string {
    const name = nextName('v');
    const fallback = type === 'Int' ? aFirst() : type === 'Boolean!' ? chance(0.5) : undefined;
    const hasDefault = fallback !== undefined && chance(0.6);
    parameters.push(`$${name}: ${type}${hasDefault ? ` = ${JSON.stringify(fallback)}` : ''}`);
    const mayBeAbsent = hasDefault || !type.endsWith('!');
    if (!mayBeAbsent || chance(0.5)) variables[name] = value;
    return `$${name}`;
  }

  function aValue(type: GraphQLInputType, level: number): unknown {
    if (isNonNullType(type)) return aValue(type.ofType, level) ?? aValue(type, level);
    if (chance(0.1)) return null;
    if (isListType(type)) return Array.from({ length: upTo(5) }, () => aValue(type.ofType, level + 1));
    if (isEnumType(type)) return among(type.getValues()).name;
    if (type.name === 'ID' && ids.length > 0) return among(ids);
    if (!isInputObjectType(type)) return leafValues[type.name] ?? 'text';
    const given = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (level < 3 && chance(0.5)),
    );
    return Object.fromEntries(given.map((field) => [field.name, aValue(field.type, level + 1)]));
  }

  const root = schema.getRootType(kind as never);
  if (root == null) throw new Error(`the schema has no ${kind}`);
  const body = selectionOf(root, depth);
  const header = parameters.length === 0 ? '' : ` Generated(${parameters.join(', ')})`;
  const document = parse(`${kind}${header} ${body}\n${definitions.join('\n')}`);
  return { text: print(document), document, variables, isOutOfRange };
}

/** What custom scalars take; the others take a text. */
const leafValues: Readonly<Record<string, unknown>> = {
  Int: 3,
  Float: 1.5,
  Boolean: true,
  DateTime: '2026-01-31T12:00:00.000Z',
  Decimal: '12.50',
  Cursor: 'Y3Vyc29y',
  EmailAddress: 'ann@example.com',
  PhoneNumber: '+41791234567',
  URL: 'https://example.com/',
  LocalTime: '22:30',
  TimeZone: 'Europe/Zurich',
  StringMap: { name: 'Ann' },
};

function literal(value: unknown, type: GraphQLInputType): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (value == null) return 'null';
  if (Array.isArray(value) && isListType(inner))
    return `[${value.map((item) => literal(item, inner.ofType)).join(', ')}]`;
  if (isEnumType(inner) && typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = isInputObjectType(inner) ? inner.getFields() : {};
  const entries = Object.entries(value).map(([name, each]) => {
    const field = fields[name];
    return `${name}: ${field === undefined ? JSON.stringify(each) : literal(each, field.type)}`;
  });
  return `{${entries.join(', ')}}`;
}

const typesByName = new WeakMap<GraphQLSchema, ReadonlyMap<string, ReadonlySet<string>>>();

/** Whether all fields of the name answer alike, so that they may meet under one key. */
function isOfOneType(schema: GraphQLSchema, { name }: GraphQLField<unknown, unknown>): boolean {
  const known = typesByName.get(schema) ?? collectTypes(schema);
  typesByName.set(schema, known);
  return known.get(name)?.size === 1;
}

function collectTypes(schema: GraphQLSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const object of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(object.getFields())) {
      const answers = types.get(field.name) ?? new Set<string>();
      types.set(field.name, answers.add(`${String(field.type)} ${field.args.length}`));
    }
  }
  return types;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}
