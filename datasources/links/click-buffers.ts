import type { Queryable } from '../../src/database/sql.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';
import type { WriteBehind } from '../../src/write-behind/write-behind.ts';
import { addClicks, type Counted } from './clicks.ts';

/** Clicks on their way to Postgres: a buffer for each shard, whose batches are applied where its links lie. */
export interface ClickBuffers {
  readonly count: (link: Counted) => void;
  /** Resolves when what was counted so far is in Redis, or could not be brought there. */
  readonly idle: () => Promise<void>;
  /** Brings all of it to Postgres, as far as that can be done. Never rejects. */
  readonly close: () => Promise<void>;
}

interface Shard {
  readonly name: string;
  readonly database: {
    write<T>(work: (tx: Queryable) => Promise<T>): Promise<{ readonly value: T }>;
  };
}

interface Needs {
  readonly shards: { readonly all: readonly Shard[]; shardOf(code: string): Shard };
  /** Makes the buffer of this name. */
  readonly open: (name: string, apply: (batch: Batch) => Promise<boolean>) => WriteBehind;
}

export function createClickBuffers({ shards, open }: Needs): ClickBuffers {
  const buffers = new Map(shards.all.map((shard) => [shard.name, openFor(shard)]));
  const [first] = buffers.values();
  /** Which of several shards is told by a hash over the code; where there is one, it need not be asked for. */
  const only = buffers.size === 1 ? first : undefined;

  function openFor({ name, database }: Shard): WriteBehind {
    const buffer = `clicks-${name}`;
    return open(buffer, async (batch) => (await database.write((tx) => addClicks(tx, buffer, batch))).value);
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
