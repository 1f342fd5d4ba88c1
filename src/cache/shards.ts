import type { Source } from './source.ts';

/** What is asked of one database together; all of it where the source does not tell databases apart. */
export function splitByShard<Item, Key>(
  items: readonly Item[],
  { shardOf }: Pick<Source<Key, never>, 'shardOf'>,
  keyOf: (item: Item) => Key,
): readonly (readonly Item[])[] {
  if (items.length === 0) return [];
  if (shardOf === undefined) return [items];
  const shards = new Map<string, Item[]>();
  for (const item of items) {
    const shard = shardOf(keyOf(item));
    const part = shards.get(shard);
    if (part === undefined) shards.set(shard, [item]);
    else part.push(item);
  }
  return [...shards.values()];
}
