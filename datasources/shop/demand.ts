import type { Queryable } from '../../src/database/sql.ts';
import { createTrends, type Trends } from '../../src/trends/trends.ts';
import { createWriteBehind, type WriteBehind } from '../../src/write-behind/write-behind.ts';
import { addViews } from './popularity.ts';

/** What people look at and look for, through any gateway. One for the process. */
export interface Demand {
  /** Of products' own pages, by product id. */
  readonly views: Pick<WriteBehind, 'add'>;
  /** Of normalised queries. */
  readonly searches: Trends;
  /** Resolves when what was noted so far is in Redis, or could not be brought there. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Needs extends Pick<
  Parameters<typeof createWriteBehind>[0],
  'redis' | 'clock' | 'log' | 'metrics' | 'app'
> {
  /** Brings views to Postgres; one process of all is enough. */
  readonly isWorker: boolean;
  /** One transaction on the primary. */
  readonly write: (work: (tx: Queryable) => Promise<boolean>) => Promise<{ readonly value: boolean }>;
}

/** A popularity of days may be seconds behind. */
const keepEveryMs = 10_000;
/** So many products one process can gather while Redis is away. */
const maxEntries = 50_000;

export function openDemand({ isWorker, write, ...parts }: Needs): Demand {
  const views = createWriteBehind({
    ...parts,
    name: 'product-views',
    flushEveryMs: isWorker ? keepEveryMs : undefined,
    maxEntries,
    apply: async (batch) => (await write((tx) => addViews(tx, batch))).value,
  });
  const searches = createTrends({ ...parts, name: 'searches' });
  return {
    views,
    searches,
    async idle() {
      await Promise.all([views.gather(), searches.flush()]);
    },
    async close() {
      await Promise.all([views.close(), searches.close()]);
    },
  };
}
