import { normaliseQuery } from '../../../../datasources/shop/search-query.ts';
import { openDemand } from '../../../../datasources/shop/demand.ts';
import { idOf } from '../../../../schema/global-id.ts';
import { systemClock } from '../../../clock/clock.ts';
import { seededRandom } from '../../../clock/random.ts';
import type { Queryable, Sql } from '../../../database/sql.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import { createLog } from '../../../log/log.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import { seedLinks } from '../redirects/seeded-links.ts';
import { fillCatalogue } from '../search/catalogue.ts';
import { createWords, differentQueries } from '../search/words.ts';
import type { Stage } from '../stage.ts';
import { scattered } from '../targets/zipf.ts';
import type { LoadOptions } from './load.ts';

/** What is asked for, each the more often the nearer to the beginning. */
export type Shop = Pick<LoadOptions, 'pages' | 'queries' | 'codes'>;

interface Needs {
  readonly stage: Stage;
  readonly app: string;
  readonly stateUrl: string;
  readonly products: number;
  /** So many have been looked at of late. */
  readonly popular: number;
  readonly seed: number;
}

/** Half of what a worker warms at most. */
const searches = 50;
const links = 50;
/** Of what is looked at most; of the second half as many, of the third a third. */
const mostViews = 10_000;
const mostSearches = 200;

/** A catalogue with a past: what was looked at and looked for is recorded as gateways do it. */
export async function fillShop(needs: Needs): Promise<Shop> {
  const { stage, products, seed } = needs;
  const random = seededRandom(seed);
  const words = createWords(random);
  const { idOf: at } = await fillCatalogue(stage.servers.primaryUrl, { words, random, count: products });
  const pages = Array.from({ length: products }, (_, rank) => at(scattered(rank, products, 0)));
  const asked = differentQueries(words, random, 2 * searches).map(normaliseQuery);
  const queries = [...new Set(asked)].filter((query) => query !== '').slice(0, searches);
  await recordDemand(needs, pages, queries);
  const { codes } = await seedLinks(stage, links);
  if (!(await follows(stage.replica, stage.primary))) throw new Error('the replica does not follow');
  return { pages, queries, codes };
}

async function recordDemand(
  { stage, app, stateUrl, popular }: Needs,
  pages: readonly string[],
  queries: readonly string[],
): Promise<void> {
  const parts = { clock: systemClock, metrics: createMetrics(), log: createLog({ level: 'silent' }) };
  const redis = createRedis({ url: stateUrl, role: 'state', settings: { deadlineMs: 5_000 }, ...parts });
  await redis.untilUp(5_000);
  const write = (work: (tx: Queryable) => Promise<boolean>) => inTransaction(stage, work);
  const demand = openDemand({ redis, ...parts, app, isWorker: true, write });
  for (const [rank, id] of pages.slice(0, popular).entries())
    demand.views.add(idOf('Product', id), Math.ceil(mostViews / (rank + 1)));
  for (const [rank, query] of queries.entries())
    for (let count = 0; count < mostSearches / (rank + 1); count += 1) demand.searches.note(query);
  await demand.close();
  await redis.close();
}

const inTransaction = ({ servers }: Stage, work: (tx: Queryable) => Promise<boolean>) =>
  withAdmin(servers.primaryUrl, async (client) => {
    const rows = async <Row>({ text, values }: Sql) => (await client.query(text, [...values])).rows as Row[];
    await client.query('BEGIN');
    const value = await work({ rows });
    await client.query('COMMIT');
    return { value };
  });
