import { fromGlobalId } from '../schema/global-id.ts';
import type { Context } from '../src/context/context.ts';
import { DomainError } from '../src/errors/domain-error.ts';
import type { FindNode } from './node.ts';

/** The types of the union `Attachment`, each found through its own domain's loader: a page of them is one batch of each type. */
const kinds: ReadonlyMap<string, FindNode> = new Map<string, FindNode>([
  ['Product', ({ data }, id) => data.shop.products.get(id)],
  ['ShortLink', ({ data }, code) => data.links.links.get(code)],
]);

/** Null where there is none, and where it is gone. */
export async function findAttachment(context: Context, reference: string | null): Promise<never> {
  const [type = '', id = ''] = reference?.split(':', 2) ?? [];
  const found = await kinds.get(type)?.(context, id);
  // Entities carry no type of their own; `__typename` is where graphql-js looks for it.
  return (found === undefined ? null : { __typename: type, ...found }) as never;
}

/** What an input names to be attached. Throws `BAD_USER_INPUT` for the id of anything else. */
export function attachable(context: Context, globalId: string | null | undefined) {
  if (globalId == null) return undefined;
  const { type, id } = fromGlobalId(globalId);
  const find = kinds.get(type);
  if (find === undefined) throw new DomainError('BAD_USER_INPUT', `A ${type} cannot be attached.`);
  return { reference: `${type}:${id}`, isThere: async () => (await find(context, id)) !== undefined };
}
