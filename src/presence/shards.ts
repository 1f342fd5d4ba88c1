import { createHash } from 'node:crypto';

/**
 * So many sorted sets share everybody, each in a slot of its own: with a million here, one holds about 16,000, and no node
 * of a cluster has more than its part of the work.
 */
export const shardCount = 64;

/** The first byte of SHA-1 over the id, modulo the shards. */
export function shardOf(id: string): number {
  return (createHash('sha1').update(id).digest()[0] ?? 0) % shardCount;
}

export function byShard(ids: Iterable<string>): ReadonlyMap<number, readonly string[]> {
  const shards = new Map<number, string[]>();
  for (const id of ids) {
    const shard = shardOf(id);
    const members = shards.get(shard);
    if (members === undefined) shards.set(shard, [id]);
    else members.push(id);
  }
  return shards;
}

/** Where those are told who have come. */
export const channelOf = (shard: number): string => `presence:${shard}`;
