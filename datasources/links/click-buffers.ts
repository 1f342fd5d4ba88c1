import type { Shards } from '../../src/database/shards.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';
import { createWriteBehind, type WriteBehind } from '../../src/write-behind/write-behind.ts';
import { addClicks, type Counted } from './clicks.ts';

/** Clicks on their way to Postgres: a buffer for each shard, whose batches are applied where its links lie. One for the process. */
export interface ClickBuffers {
  readonly count: (link: Counted) => void;
  /** Resolves when what was counted so far is in Redis, or could not be brought there. */
  readonly idle: () => Promise<void>;
  /** Brings all of it to Postgres, as far as that can be done. Never rejects. */
  readonly close: () => Promise<void>;
}

type Apply = (batch: Batch) => Promise<boolean>;

interface Needs extends Pick<
  Parameters<typeof createWriteBehind>[0],
  'redis' | 'clock' | 'log' | 'metrics' | 'app'
> {
  readonly shards: Shards;
  /** Brings clicks to Postgres; one process of all is enough. */
  readonly isWorker: boolean;
  /** Stands between a batch and how it is applied. */
  readonly around: (apply: Apply) => Apply;
  /** What proofs set otherwise. */
  readonly settings?: { readonly gatherEveryMs?: number; readonly flushEveryMs?: number } | undefined;
}

/** Counts that are shown are about so late. */
const flushEveryMs = 5_000;
/** So many links one process can gather while Redis is away. */
const maxEntries = 50_000;

export function openClickBuffers({ shards, isWorker, around, settings, ...parts }: Needs): ClickBuffers {
  const buffers = new Map(shards.all.map((shard) => [shard.name, openFor(shard)]));
  const [first] = buffers.values();
  /** Which of several shards is told by a hash over the code; where there is one, it need not be asked for. */
  const only = buffers.size === 1 ? first : undefined;

  function openFor({ name: shard, database }: Shards['all'][number]): WriteBehind {
    const name = `clicks-${shard}`;
    const apply: Apply = async (batch) => (await database.write((tx) => addClicks(tx, name, batch))).value;
    return createWriteBehind({
      ...{ ...parts, name, maxEntries, apply: around(apply) },
      flushEveryMs: isWorker ? flushEveryMs : undefined,
      ...settings,
    });
  }

  const each = async (work: (buffer: WriteBehind) => Promise<unknown>) => {
    await Promise.all([...buffers.values()].map(work));
  };
  return {
    count: ({ id, code }) => (only ?? buffers.get(shards.shardOf(code).name))?.add(id),
    idle: () => each((buffer) => buffer.gather()),
    close: () => each((buffer) => buffer.close()),
  };
}
