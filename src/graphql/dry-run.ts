import {
  GraphQLObjectType,
  GraphQLSchema,
  execute,
  getNullableType,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql';
import type { Context } from '../context/context.ts';

interface Asked {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** The field that asks for it, and its argument. */
const field = 'rateLimit';
const argument = 'dryRun';

/** The answer of a query that asks not to be executed; undefined where it does not ask, at once where that can be seen. */
export type DryRun = (asked: Asked, context: Context) => Promise<ExecutionResult | undefined> | undefined;

/**
 * Executes on a copy of the schema whose root fields are all null but the one that asks, so that aliases, fragments,
 * variables and directives mean what they mean elsewhere, and no resolver can run.
 */
export function createDryRun(schema: GraphQLSchema): DryRun {
  const asking = new WeakSet<Context>();
  const dry = withoutResolvers(schema, (context) => asking.add(context));

  async function answer(dry: GraphQLSchema, asked: Asked, context: Context) {
    const result = await execute({ ...asked, schema: dry, contextValue: context });
    return asking.has(context) ? result : undefined;
  }

  return (asked, context) => {
    // Names have no escapes: who asks for it has written it.
    if (dry === undefined || asked.document.loc?.source.body.includes(argument) !== true) return undefined;
    return answer(dry, asked, context);
  };
}

/** Undefined where the schema has no such field. */
function withoutResolvers(
  schema: GraphQLSchema,
  onAsked: (context: Context) => void,
): GraphQLSchema | undefined {
  const query = schema.getQueryType();
  if (query?.getFields()[field] === undefined) return undefined;
  const { fields, ...config } = query.toConfig();
  const emptied = Object.entries(fields).map(([name, each]) => {
    const dried = name === field ? noting(each as Field, onAsked) : { ...each, ...nothing(each.type) };
    return [name, dried] as const;
  });
  const root = new GraphQLObjectType({ ...config, fields: Object.fromEntries(emptied) });
  const { types, ...rest } = schema.toConfig();
  return new GraphQLSchema({
    ...rest,
    query: root,
    types: types.filter((type) => type !== query),
    assumeValid: true,
  });
}

type Field = GraphQLFieldConfig<unknown, Context>;

const nothing = (type: GraphQLOutputType) => ({ type: getNullableType(type), resolve: () => null });

function noting({ resolve, ...rest }: Field, onAsked: (context: Context) => void): Field {
  return {
    ...rest,
    resolve(parent, args: Readonly<Record<string, unknown>>, context, info) {
      if (args[argument] === true) onAsked(context);
      return resolve?.(parent, args, context, info);
    },
  };
}
