import { codeOf } from '../../../../datasources/links/codes.ts';
import { selectLinks } from '../../../../datasources/links/links.ts';
import { sql } from '../../../database/sql.ts';
import { onServer } from '../../database.ts';
import { tablesTouched } from '../../explain.ts';
import type { Check, Proof } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { checkDeadShard } from './dead-shard.ts';
import { checkMinting } from './minting.ts';

type Option = 'processes' | 'ids' | 'links' | 'ms';

/** What short links stand on: ids without coordination, partitions that are found by them, shards that fail alone. */
export const ids: Proof<Option> = {
  name: 'ids',
  about:
    'No id is given out twice, a look-up touches one partition, and a dead shard takes down its own links only.',
  takes: '1 to 2 min',
  options: {
    processes: { about: 'processes that give out ids at once', fallback: 4 },
    ids: { about: 'ids in all', fallback: 1_000_000 },
    links: { about: 'links on two shards', fallback: 400 },
    ms: { about: 'how long a link of a dead shard may take to say so', fallback: 2_000 },
  },
  async run(context) {
    const { processes, ids: count, links, ms } = context.options;
    const stage = await startStage(context, { products: 1 });
    const minting = await checkMinting(context, stage, { processes, ids: count });
    const lookUp = await context.step('Partitions', () => checkLookUp(stage));
    const deadShard = await checkDeadShard(context, stage, { links, ms });
    return {
      checks: [...minting.checks, lookUp, ...deadShard.checks],
      figures: { minting: minting.figures, deadShard: deadShard.figures },
    };
  },
};

/** With a link in every month that there is a partition of. */
async function checkLookUp({ servers: { primaryUrl } }: Stage): Promise<Check> {
  const rows = await onServer<{ id: string }>(
    primaryUrl,
    `INSERT INTO links (id, code, url, owner_id)
     SELECT first_link_id(now() + make_interval(months => month)) + 1, 'month ' || month, 'https://example.com/', 1
     FROM generate_series(-1, 3) AS month RETURNING id::text`,
  );
  const touched = await Promise.all(
    rows.map(({ id }) => tablesTouched(primaryUrl, (db) => selectLinks(db, [codeOf(id)]))),
  );
  const partitions = touched.map((tables) => tables.filter((table) => table !== 'link_aliases').length);
  const byUrl = await tablesTouched(primaryUrl, (db) =>
    db.rows(sql`SELECT FROM links WHERE url = ${'https://example.com/'}`),
  );
  return {
    what: 'partitions that a look-up by code touches, by EXPLAIN',
    found: `${Math.max(...partitions)} of ${rows.length}`,
    must: '1',
    holds: partitions.every((count) => count === 1),
    control: { found: `${byUrl.length} by anything but the code`, fails: byUrl.length === rows.length },
  };
}
