import {
  buildSchema,
  executeSync,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isAbstractType,
  printSchema,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../clock/random.ts';
import type { GeneratedOperation } from './generated-operations.ts';

export interface AnswerShape {
  /** Chance that a list is as long as it can be; it is of any shorter length otherwise. */
  readonly full: number;
  /** Chance that what may be null is. */
  readonly nulls: number;
  /** Of one answer; whatever would come then is left out. */
  readonly maxObjects: number;
  /** By `<type>.<field>`: lists and pages that are shorter than they can be, whatever is asked for. */
  readonly shorter?: Readonly<Record<string, number>>;
}

export interface GeneratedAnswer extends Pick<ExecutionResult, 'data' | 'errors'> {
  /** Whether lists were left empty because the answer had become too large to make. */
  readonly isCut: boolean;
}

/** Answers operations as a gateway could, without one: resolvers that know only how long lists may be. */
export type Answer = (operation: GeneratedOperation, random: Random) => GeneratedAnswer;

/** What the datasources keep to, written down once more: what the schema says of it is to be checked against this. */
const longest: Readonly<Record<string, number>> = {
  'Cart.lines': 100,
  'Cart.totals': 6,
  'Order.lines': 100,
  'Account.recentTransactions': 10,
  'Account.loans': 100,
  'Session.scopes': 3,
};
const ofOtherLists = 3;
const usualPage = 20;
const largestPage = 100;

type Arguments = Readonly<Record<string, unknown>>;

interface Made {
  readonly __typename?: string;
  /** Of a page. */
  readonly size?: number;
}

export function createAnswering(
  schema: GraphQLSchema,
  { full, nulls, maxObjects, shorter = {} }: AnswerShape,
): Answer {
  // Printed without what it says of sizes and weights.
  const bare = buildSchema(printSchema(schema));

  return ({ document, variables }, random) => {
    let objectsLeft = maxObjects;
    const upTo = (most: number) => (random() < full ? most : Math.floor(random() * (most + 1)));

    const resolve: GraphQLFieldResolver<Made | undefined, unknown, Arguments> = (
      source,
      args,
      _context,
      info,
    ) => {
      const most = shorter[`${info.parentType.name}.${info.fieldName}`];
      const size = sizeOf(args, info, upTo, most);
      return make(info.returnType, () => upTo(most ?? lengthOf(source, args, info)), size);
    };

    function make(type: GraphQLOutputType, length: () => number, size: number | undefined): unknown {
      if (isNonNullType(type)) return make(type.ofType, length, size) ?? make(type, length, size);
      if (random() < nulls) return null;
      if (isListType(type)) {
        const count = objectsLeft > 0 ? length() : 0;
        const item = type.ofType;
        return Array.from({ length: count }, () => make(item, () => 0, undefined));
      }
      const named = getNamedType(type);
      if (isLeafType(named)) return isEnumType(named) ? named.getValues()[0]?.value : leafOf(named.name);
      objectsLeft -= 1;
      if (!isAbstractType(named)) return { size } satisfies { size: number | undefined };
      const possible = bare.getPossibleTypes(named);
      return { __typename: possible[Math.floor(random() * possible.length)]?.name };
    }

    const { data, errors } = executeSync({
      schema: bare,
      document,
      variableValues: variables,
      fieldResolver: resolve,
    });
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined ? {} : { errors }),
      isCut: objectsLeft <= 0,
    };
  };
}

/** How many items a page that is asked for has. */
function sizeOf(
  args: Arguments,
  info: GraphQLResolveInfo,
  upTo: (most: number) => number,
  most = largestPage,
): number | undefined {
  const field = info.parentType.getFields()[info.fieldName];
  if (field?.args.some(({ name }) => name === 'first') !== true) return undefined;
  const limit = (args['first'] ?? usualPage) as number;
  if (limit < 1 || limit > largestPage) throw new Error(`a page of ${limit}`);
  return upTo(Math.min(limit, most));
}

function lengthOf(
  source: Made | undefined,
  args: Arguments,
  { parentType, fieldName }: GraphQLResolveInfo,
): number {
  if (source?.size !== undefined) return source.size;
  if (Array.isArray(args['ids'])) return args['ids'].length;
  return longest[`${parentType.name}.${fieldName}`] ?? ofOtherLists;
}

function leafOf(name: string): unknown {
  if (name === 'Int' || name === 'Float') return 1;
  return name === 'Boolean' ? true : 'text';
}
