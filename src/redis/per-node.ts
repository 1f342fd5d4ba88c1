import { asError } from '../errors/as-error.ts';
import type { Redis } from './redis.ts';

/**
 * The replies in the order of the items, whatever node answered; where a node failed, its error in place of each. One round
 * trip for each node, all at once. Never rejects.
 */
export async function perNode<Item, Reply>(
  redis: Pick<Redis, 'groupByNode'>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  send: (items: readonly Item[]) => Promise<readonly Reply[]>,
): Promise<readonly (Reply | Error | null)[]> {
  const ask = (group: readonly Item[]): Promise<readonly (Reply | Error)[]> =>
    send(group).catch((error: unknown) => group.map(() => asError(error)));
  const groups = redis.groupByNode(items.map(keyOf));
  if (groups.length === 1) return ask(items);

  const replies = new Array<Reply | Error | null>(items.length).fill(null);
  const askGroup = async (positions: readonly number[]) => {
    const answers = await ask(pick(items, positions));
    positions.forEach((position, index) => (replies[position] = answers[index] ?? null));
  };
  await Promise.all(groups.map(askGroup));
  return replies;
}

export const pick = <Item>(items: readonly Item[], positions: readonly number[]): readonly Item[] =>
  positions.flatMap((position) => items.slice(position, position + 1));
