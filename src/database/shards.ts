import { createHash } from 'node:crypto';
import type { Database } from './database.ts';

/** Data spread over several clusters by key. */
export interface Shards {
  readonly shardOf: (key: string) => Shard;
  /** The keys of a batch by shard, in the order given: one statement for each. */
  group(keys: readonly string[]): readonly { readonly shard: Shard; readonly keys: readonly string[] }[];
  readonly all: readonly Shard[];
}

export interface Shard {
  readonly name: string;
  readonly database: Database;
}

/** Fixed for ever: a key's slot never changes, so that only whole slots have to be moved. */
const slotCount = 1_024;

/** First 32 bits of SHA-1 over the key's UTF-8, modulo the slots; part of where data lies, so it never changes either. */
function slotOf(key: string): number {
  return createHash('sha1').update(key).digest().readUInt32BE(0) % slotCount;
}

/**
 * Cluster i of n owns the slots from i/n to (i+1)/n of them. Adding a cluster later: copy the slots that change hands
 * while both take writes of them (logical replication filtered by slot), stop their writes, let the copy catch up, give
 * every gateway the new list, let writes go on. Doubling n halves every range, so that each cluster gives to one other.
 */
export function createShards({ clusters }: { readonly clusters: readonly Database[] }): Shards {
  const all = clusters.map((database, index) => ({ name: shardName(index), database }));
  if (all.length === 0 || all.length > slotCount) throw new Error(`1 to ${slotCount} clusters are possible`);
  const slots = Array.from(
    { length: slotCount },
    (_, slot) => all[Math.floor((slot * all.length) / slotCount)],
  );

  function shardOf(key: string): Shard {
    const shard = slots[slotOf(key)];
    if (shard === undefined) throw new Error('a slot without a shard');
    return shard;
  }

  return {
    all,
    shardOf,
    group(keys) {
      const groups = new Map<Shard, string[]>();
      for (const key of keys) {
        const shard = shardOf(key);
        const group = groups.get(shard);
        if (group === undefined) groups.set(shard, [key]);
        else group.push(key);
      }
      return [...groups].map(([shard, members]) => ({ shard, keys: members }));
    },
  };
}

export const shardName = (index: number): string => `shard-${index + 1}`;
