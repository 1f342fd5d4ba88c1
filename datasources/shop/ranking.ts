import { sql, type Queryable } from '../../src/database/sql.ts';

/** What a query finds, as far as it was asked for. */
export interface Ranked {
  readonly query: string;
  /** How many products match; `mostRanked + 1` for more than that. */
  readonly matches: number;
  /** Products by their ids, the best first, from `skipped` on. */
  readonly ids: readonly string[];
}

export interface RankedPart {
  readonly query: string;
  readonly skipped: number;
  readonly most: number;
}

/** All matches are compared while there are no more than these. */
const mostRanked = 5_000;
/** Of more matches, those of the most popular products are compared beside them. */
const mostPopular = 1_000;

/**
 * All queries in one statement. What has all words in it, each at least as the beginning of one of its own, comes by how well
 * it matches (the name counts most, then the category; a whole word more than a beginning), then by popularity, then by
 * id. Of a word that is in half of all products, comparing all would take seconds: then the first `mostRanked` of the table are
 * compared, and the most popular. Planned for nothing in particular, so it is written such that no plan reads more than
 * that: hence the `MATERIALIZED`, and the `LIMIT 1`.
 */
export async function selectRanked(db: Queryable, parts: readonly RankedPart[]): Promise<readonly Ranked[]> {
  return db.rows<Ranked>(sql`
    SELECT query, matches::integer, ids
    FROM unnest(${parts.map(({ query }) => query)}::text[], ${parts.map(({ skipped }) => skipped)}::integer[],
      ${parts.map(({ most }) => most)}::integer[]) AS wanted (query, skipped, most)
    CROSS JOIN LATERAL (
      WITH terms AS MATERIALIZED (
        SELECT search_query(query, ':*') AS beginnings, search_query(query, '') AS words
      ), found AS MATERIALIZED (
        SELECT id, search FROM terms JOIN products ON search @@ beginnings LIMIT ${mostRanked + 1}
      ), counted AS MATERIALIZED (
        SELECT count(*) AS matches FROM found
      ), candidates AS (
        SELECT id, search FROM found
        UNION ALL
        SELECT hot.id, hot.search
        FROM (SELECT product_id FROM product_popularity ORDER BY heat DESC LIMIT ${mostPopular}) AS popular
        CROSS JOIN LATERAL (SELECT id, search FROM products WHERE id = product_id LIMIT 1) AS hot
        CROSS JOIN terms
        WHERE (SELECT matches FROM counted) > ${mostRanked} AND hot.search @@ beginnings
          AND hot.id NOT IN (SELECT id FROM found)
      )
      SELECT (SELECT matches FROM counted) AS matches, ARRAY(
        SELECT candidates.id::text FROM candidates CROSS JOIN terms
        ORDER BY ts_rank(search, beginnings) + ts_rank(search, words) DESC,
          (SELECT heat FROM product_popularity WHERE product_id = candidates.id) DESC NULLS LAST, candidates.id
        LIMIT most OFFSET skipped
      ) AS ids
    ) AS ranked`);
}
