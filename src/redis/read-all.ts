import type { Redis } from './redis.ts';

type Read = string | null | Error;

/**
 * The strings at keys of any nodes, in the order of the keys; null where there is none, and the error where a node failed.
 * One round trip for each node, all at once; with whatever else is read from the node in the same turn. Never rejects.
 */
export async function readAll(
  redis: Pick<Redis, 'groupByNode' | 'mget'>,
  keys: readonly string[],
): Promise<readonly Read[]> {
  const read = (group: readonly string[]): Promise<readonly Read[]> =>
    redis.mget(group).catch((error: unknown) => group.map(() => asError(error)));
  const groups = redis.groupByNode(keys);
  if (groups.length <= 1) return read(keys);

  const replies = new Array<Read>(keys.length).fill(null);
  const readGroup = async (positions: readonly number[]) => {
    const found = await read(positions.map((position) => keys[position] ?? ''));
    positions.forEach((position, index) => (replies[position] = found[index] ?? null));
  };
  await Promise.all(groups.map(readGroup));
  return replies;
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
