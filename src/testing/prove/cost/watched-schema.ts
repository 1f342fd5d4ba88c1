import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { forEachField } from '../../../graphql/authorise.ts';
import { createSchema } from '../../../graphql/schema.ts';

/** The contract, and how many of its resolvers have run; those of `Query.rateLimit` are left out. */
export interface WatchedSchema {
  readonly schema: GraphQLSchema;
  readonly resolverCalls: () => number;
}

export function createWatchedSchema(): WatchedSchema {
  const schema = createSchema();
  let calls = 0;
  forEachField(schema, (type, name, field) => {
    if (type === 'RateLimit' || (type === 'Query' && name === 'rateLimit')) return;
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (...args) => {
      calls += 1;
      return resolve(...args);
    };
  });
  return { schema, resolverCalls: () => calls };
}
