import { z } from 'zod';
import { jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { listsByKey } from '../../src/database/rows.ts';
import type { Queryable } from '../../src/database/sql.ts';
import type { TableChanges } from '../../src/store/table-changes.ts';
import type { Page, PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import type { Demand } from './demand.ts';
import type { Product } from './products.ts';
import { selectRanked } from './ranking.ts';
import { normaliseQuery } from './search-query.ts';

const searchBlock = z.object({
  ids: z.array(z.string()),
  matches: z.number().int().nonnegative(),
  isPopular: z.boolean(),
});

/** A part of what a query finds: ids alone, so that prices, names and stocks are those of the products' own entries. */
export type SearchBlock = z.output<typeof searchBlock>;

export interface SearchBlockKey {
  /** As `normaliseQuery` gives it. */
  readonly query: string;
  readonly block: number;
}

const minuteMs = 60_000;

/** What words a product has. Raised where a product comes, goes, or is worded otherwise; not by prices and stocks. */
export const productTextsTag = 'product-texts';

/** Of a fixed size, so that whatever page is asked for lies in two of them at most. */
export const searchPolicy: CachePolicy<SearchBlockKey, SearchBlock> = {
  name: 'search',
  version: 1,
  key: ({ query, block }) => `${block}:${query}`,
  freshForMs: searchFreshForMs,
  staleForMs: minuteMs,
  staleIfErrorMs: 60 * minuteMs,
  missingForMs: 0,
  tiers: 'redis',
  strict: false,
  codec: jsonCodec(searchBlock),
  tags: () => [productTextsTag],
};

/** The words of one product may be in any list. */
export const productTextChanges: TableChanges<'text_version'> = {
  table: 'products',
  columns: ['text_version'],
  tags: () => [productTextsTag],
};

function searchFreshForMs({ matches, isPopular }: Pick<SearchBlock, 'matches' | 'isPopular'>): number {
  if (matches === 0) return minuteMs;
  return isPopular ? 10 * minuteMs : 5 * minuteMs;
}

const blockSize = 100;
/** Nobody pages so far; and what is further behind matches hardly better than what is left out. */
const mostFound = 1_000;
/** From this many searches of late on, a query counts as popular. */
const popularFrom = 10;

/** A product and its place in what was found, from 1. */
export interface Found {
  readonly place: number;
  readonly product: Product;
}

/** A page of what a query finds. */
export interface SearchResult {
  readonly page: Page<Found>;
  readonly request: PageRequest;
  readonly total: number;
  readonly isTotalCapped: boolean;
}

interface Needs {
  readonly store: Store;
  readonly demand: Pick<Demand, 'searches'>;
  readonly products: {
    readonly getMany: (ids: readonly string[]) => Promise<readonly (Product | undefined)[]>;
  };
}

export function createSearch({ store, demand: { searches }, products }: Needs) {
  const blocks = store.cached(searchPolicy, (db, keys) => selectBlocks(db, keys, searches));

  return {
    /**
     * The best first; products that have gone meanwhile are left out, as are all behind place 1,000. Nothing at all is
     * found by a query without words, for one is on the way while somebody types. Throws `BAD_USER_INPUT` as
     * `normaliseQuery` does.
     */
    async find(written: string, request: PageRequest): Promise<SearchResult> {
      const query = normaliseQuery(written);
      if (query === '') return nothing(request);
      // Somebody who pages on is still the same somebody.
      if (request.after === undefined) store.eachTime(searches.note, query);
      const { first, end, firstBlock, lastBlock } = spanOf(request);
      const keys = Array.from({ length: lastBlock - firstBlock + 1 }, (_, index) => ({
        query,
        block: firstBlock + index,
      }));
      const found = await blocks.loadMany(keys);
      const matches = found[0]?.matches ?? 0;
      const total = Math.min(matches, mostFound);
      const start = first - firstBlock * blockSize;
      const ids = found.flatMap((block) => block?.ids ?? []).slice(start, start + end - first);
      const items = placed(await products.getMany(ids), first + 1);
      return {
        page: { items, hasNextPage: items.length > 0 && end < total },
        request,
        total,
        isTotalCapped: matches > mostFound,
      };
    },

    /** Brings the first pages of a normalised query into the cache. */
    async warm(query: string): Promise<void> {
      await blocks.load({ query, block: 0 });
    },
  };
}

const nothing = (request: PageRequest): SearchResult => ({
  page: { items: [], hasNextPage: false },
  request,
  total: 0,
  isTotalCapped: false,
});

/** Behind the last place the span is empty, and its block the first, which tells the total. */
function spanOf({ after, limit }: PageRequest) {
  const first = Math.min(Number(after ?? 0), mostFound);
  if (first === mostFound) return { first: 0, end: 0, firstBlock: 0, lastBlock: 0 };
  const end = Math.min(first + limit, mostFound);
  return {
    first,
    end,
    firstBlock: Math.floor(first / blockSize),
    lastBlock: Math.floor((end - 1) / blockSize),
  };
}

const placed = (products: readonly (Product | undefined)[], firstPlace: number): readonly Found[] =>
  products.flatMap((product, index) =>
    product === undefined ? [] : [{ place: firstPlace + index, product }],
  );

/** Of a query, all blocks that are wanted at once are cut from one list. */
async function selectBlocks(
  db: Queryable,
  keys: readonly SearchBlockKey[],
  searches: Pick<Demand['searches'], 'lookUp'>,
): Promise<ReadonlyMap<SearchBlockKey, SearchBlock>> {
  const wanted = listsByKey(keys, ({ query }) => query);
  const parts = [...wanted].map(([query, same]) => {
    const numbers = same.map(({ block }) => block);
    const skipped = Math.min(...numbers) * blockSize;
    return { query, skipped, most: (Math.max(...numbers) + 1) * blockSize - skipped };
  });
  const [ranked, heats] = await Promise.all([selectRanked(db, parts), searches.lookUp([...wanted.keys()])]);
  const rankedOf = new Map(ranked.map((one) => [one.query, one]));
  return new Map(
    parts.flatMap(({ query, skipped }) => {
      const { matches = 0, ids = [] } = rankedOf.get(query) ?? {};
      const isPopular = (heats.get(query) ?? 0) >= popularFrom;
      return (wanted.get(query) ?? []).map((key) => {
        const start = key.block * blockSize - skipped;
        return [key, { ids: ids.slice(start, start + blockSize), matches, isPopular }] as const;
      });
    }),
  );
}
