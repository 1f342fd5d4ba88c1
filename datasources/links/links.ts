import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey } from '../../src/database/rows.ts';
import type { Shards } from '../../src/database/shards.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { momentOf } from '../../src/ids/snowflake.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import { readCode } from './codes.ts';

const link = z.object({
  id: z.string(),
  code: z.string(),
  url: z.string(),
  ownerId: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
});

/** A short address and where it leads; also while it is expired and not swept yet. */
export type Link = z.output<typeof link>;

/** By code. Most readers ask within seconds of each other, and an edit evicts every copy. */
export const linkPolicy: CachePolicy<string, Link> = {
  name: 'link',
  version: 1,
  key: (code) => code,
  freshForMs: 5 * 60_000,
  // What is asked for all the time is answered meanwhile, so that nobody waits where it is renewed.
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  l1ForMs: 30_000,
  strict: false,
  codec: jsonCodec(link),
};

/** One row, one entry. */
export const linkChanges: TableChanges<'code'> = {
  table: 'links',
  columns: ['code'],
  keys: ({ code }) => [keyOf(linkPolicy, code)],
};

interface Needs {
  readonly store: Store;
  readonly shards: Shards;
  /** Begins the addresses; without a slash at its end. */
  readonly publicUrl: () => string;
}

/** Looking links up. A link lies on the shard of its code: one that is dead takes down its own codes only. */
export function createLinks({ store, shards, publicUrl }: Needs) {
  const links = store.cached(linkPolicy, selectLinks, shards.shardOf);
  return {
    /** Undefined where there is no such link; nothing is asked for a code that none can have. */
    get: (code: string): Promise<Link | undefined> =>
      readCode(code) === undefined ? Promise.resolve(undefined) : links.load(code),

    /** Newest first. Rejects where any shard cannot be asked: nobody could tell what is left out. */
    async list(ownerId: string, request: PageRequest): Promise<Page<Link>> {
      const parts = await Promise.all(
        shards.all.map((shard) => store.read((db) => selectLinksOf(db, ownerId, request), { shard })),
      );
      return pageOf(
        parts.flat().toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1)),
        request,
      );
    },

    /** What people share. */
    addressOf: ({ code }: Link): string => `${publicUrl()}/${code}`,
  };
}

/** A link as its row has it. */
export type LinkRow = Omit<Link, 'createdAt'>;

export const toLink = (row: LinkRow): Link => ({ createdAt: momentOf(row.id), ...row });

/**
 * Each id is looked up by itself, because the executor can then leave out the partitions that it does not lie in: of an
 * `id = ANY(…)` the planner cannot tell which, once the statement has a plan for all parameters.
 */
export async function selectLinks(
  db: Queryable,
  codes: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
  const read = codes.map(readCode);
  const ids = read.flatMap((code) => (code?.kind === 'id' ? [code.id] : []));
  const aliases = read.flatMap((code) => (code?.kind === 'alias' ? [code.alias] : []));
  const rows = await db.rows<LinkRow>(sql`
    SELECT link.id::text, link.code, link.url, link.owner_id::text AS "ownerId", link.expires_at AS "expiresAt"
    FROM (
      SELECT id FROM unnest(${ids}::bigint[]) AS asked (id)
      UNION ALL
      SELECT link_id FROM link_aliases WHERE alias = ANY(${aliases}::text[])
    ) AS asked
    CROSS JOIN LATERAL (SELECT * FROM links WHERE links.id = asked.id LIMIT 1) AS link`);
  // The id of a link with an alias is no code of it.
  return byKey(rows.map(toLink), ({ code }) => code);
}

async function selectLinksOf(
  db: Queryable,
  ownerId: string,
  { after, limit }: PageRequest,
): Promise<readonly Link[]> {
  const before = after ?? '9223372036854775807';
  const rows = await db.rows<LinkRow>(sql`
    SELECT id::text, code, url, owner_id::text AS "ownerId", expires_at AS "expiresAt" FROM links
    WHERE owner_id = ${ownerId}::bigint AND id < ${before}::bigint ORDER BY links.id DESC LIMIT ${limit + 1}`);
  return rows.map(toLink);
}
