import type { Shard, Shards } from '../../src/database/shards.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Chore } from '../../src/upkeep/chore.ts';
import type { Store } from '../../src/store/store.ts';
import { linkPolicy } from './links.ts';
import { makePartitionsAhead } from './partitions.ts';

interface Needs {
  readonly openStore: () => Store;
  readonly shards: Shards;
}

const hourMs = 3_600_000;
/** An expired link is kept so long, so that its owner finds it, and may let it live on. */
const keptDays = 30;
const atOnce = 500;

/** Partitions made ahead, and expired links swept, on every shard that can be reached. */
export function createLinkChores({ openStore, shards }: Needs): readonly Chore[] {
  async function sweep(shard: Shard): Promise<number> {
    const codes = await openStore().write(
      async (tx, changed) => {
        const swept = await deleteExpired(tx);
        for (const code of swept) changed(linkPolicy, code);
        return swept;
      },
      { shard },
    );
    return codes.length < atOnce ? codes.length : codes.length + (await sweep(shard));
  }

  return [
    {
      name: 'link-partitions',
      everyMs: hourMs,
      run: () => onEach(shards, (shard) => openStore().write((tx) => makePartitionsAhead(tx), { shard })),
    },
    { name: 'expired-links', everyMs: hourMs, run: () => onEach(shards, sweep) },
  ];
}

/** One that fails keeps the others from nothing; then the whole rejects as it did. */
async function onEach(shards: Shards, work: (shard: Shard) => Promise<number>): Promise<number> {
  const counts = shards.all.map(work);
  await Promise.allSettled(counts);
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** One whose owner is changing it is left for the next time. */
async function deleteExpired(tx: Queryable): Promise<readonly string[]> {
  const rows = await tx.rows<{ code: string }>(sql`
    WITH expired AS (
      SELECT id FROM links WHERE expires_at < now() - make_interval(days => ${keptDays}::int)
      LIMIT ${atOnce} FOR UPDATE SKIP LOCKED
    )
    DELETE FROM links USING expired WHERE links.id = expired.id RETURNING links.code`);
  return rows.map(({ code }) => code);
}
