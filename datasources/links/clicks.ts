import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import type { Shards } from '../../src/database/shards.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';
import { recordBatch } from '../../src/write-behind/batches.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';
import type { Link } from './links.ts';

/** A link as its count is found: it lies where the link lies. */
export type Counted = Pick<Link, 'id' | 'code'>;

/**
 * Counts are seconds behind anyhow, on their way through a batch; so they are kept for seconds, and no batch invalidates
 * any of them.
 */
export const linkClicksPolicy: CachePolicy<Counted, number> = {
  name: 'link-clicks',
  version: 1,
  key: ({ id: linkId }) => linkId,
  freshForMs: 2_000,
  staleForMs: 0,
  staleIfErrorMs: 3_600_000,
  missingForMs: 2_000,
  tiers: 'l1+redis',
  l1ForMs: 2_000,
  strict: false,
  codec: jsonCodec(z.int().min(0)),
};

interface Needs {
  readonly store: Store;
  readonly shards: Pick<Shards, 'shardOf'>;
}

export function createClicks({ store, shards }: Needs) {
  const clicks = store.cached(linkClicksPolicy, selectClicks, ({ code }) => shards.shardOf(code));
  return {
    /** How often the link was followed; seconds behind, and exact once it rests. */
    of: async (link: Counted): Promise<number> => (await clicks.load(link)) ?? 0,
  };
}

async function selectClicks(db: Queryable, links: readonly Counted[]): Promise<ReadonlyMap<Counted, number>> {
  const rows = await db.rows<{ linkId: string; clicks: bigint }>(sql`
    SELECT link_id::text AS "linkId", clicks FROM link_clicks
    WHERE link_id = ANY(${links.map(({ id }) => id)}::bigint[])`);
  const byId = new Map(rows.map(({ linkId, clicks }) => [linkId, Number(clicks)]));
  return new Map(links.flatMap((link) => toEntry(link, byId.get(link.id))));
}

const toEntry = (link: Counted, clicks: number | undefined) =>
  clicks === undefined ? [] : [[link, clicks] as const];

/**
 * Applies a batch of clicks by link id, as `apply` of the buffer `name`. What was deleted meanwhile is passed over, lest
 * one batch failed for ever. In the order of the ids, for two batches may be under way; each link is looked for by itself,
 * in the one partition where it can lie.
 */
export async function addClicks(tx: Queryable, name: string, { id, sums }: Batch): Promise<boolean> {
  if (!(await recordBatch(tx, name, id))) return false;
  await tx.rows(sql`
    INSERT INTO link_clicks (link_id, clicks)
    SELECT link.id, noted.clicks
    FROM unnest(${[...sums.keys()]}::bigint[], ${[...sums.values()]}::bigint[]) AS noted (link_id, clicks)
    CROSS JOIN LATERAL (SELECT links.id FROM links WHERE links.id = noted.link_id LIMIT 1) AS link
    ORDER BY noted.link_id
    ON CONFLICT (link_id) DO UPDATE SET clicks = link_clicks.clicks + excluded.clicks`);
  return true;
}
