import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Context } from '../context/context.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { forEachField } from './authorise.ts';
import type { EdgePlugin } from './joined-plugins.ts';

interface Needs {
  readonly schema: GraphQLSchema;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  /** Of all operations, 0 to 1. */
  readonly share: number;
}

/**
 * Times the resolvers of a share of all operations, and changes `schema` for it. Fields that only read a property stay as
 * they are: Apollo's own hook would wrap those too, for every operation, once one was timed.
 */
export function createResolverTimings({ schema, clock, random, metrics, share }: Needs): EdgePlugin {
  const timed = new WeakSet<Context>();

  forEachField(schema, (type, name, field) => {
    const { resolve } = field;
    if (resolve === undefined || type === 'Subscription') return;
    const seconds = metrics.resolverSeconds.labels(`${type}.${name}`);
    field.resolve = (parent, args, context, info) => {
      if (!timed.has(context)) return resolve(parent, args, context, info);
      const startedAt = clock.monotonic();
      const done = () => seconds.observe((clock.monotonic() - startedAt) / 1_000);
      const value: unknown = resolve(parent, args, context, info);
      if (value instanceof Promise) void value.then(done, done);
      else done();
      return value;
    };
  });

  return {
    requestDidStart({ contextValue }) {
      if (random() < share) timed.add(contextValue);
      return undefined;
    },
  };
}
