import { fromGlobalId } from '../schema/global-id.ts';
import type { QueryResolvers } from '../schema/generated/resolvers.ts';
import type { Context } from '../src/context/context.ts';
import { DomainError } from '../src/errors/domain-error.ts';

/** How an object of one type is found by its id, as this viewer may find it. */
export type FindNode = (context: Context, id: string) => Promise<object | undefined>;

const maxIds = 100;

/** `node` and `nodes` over all types that a domain has made findable. */
export function createNodeResolvers(finders: Readonly<Record<string, FindNode>>) {
  const byType = new Map(Object.entries(finders));

  async function find(context: Context, globalId: string): Promise<never> {
    const { type, id } = fromGlobalId(globalId);
    const value = await byType.get(type)?.(context, id);
    if (value === undefined) throw notFound();
    // Entities carry no type of their own; `__typename` is where graphql-js looks for it.
    return { __typename: type, ...value } as never;
  }

  return {
    node: (_parent, { id }, context) => find(context, id),
    nodes: (_parent, { ids }, context) => {
      if (ids.length > maxIds)
        throw new DomainError('BAD_USER_INPUT', `At most ${maxIds} ids at once, not ${ids.length}.`);
      // An id that fails blanks its own place only.
      return ids.map((id) => find(context, id).catch((error: unknown) => error as never));
    },
  } satisfies QueryResolvers;
}

const notFound = () => new DomainError('NOT_FOUND', 'There is nothing with this id.');

/** For fields that find one thing: null alone would not say why. */
export function orNotFound<Value>(value: Value | undefined): Value {
  if (value === undefined) throw notFound();
  return value;
}
