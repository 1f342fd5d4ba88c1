import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { momentOf } from '../../src/ids/snowflake.ts';
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

export function createLinks({ store }: { readonly store: Store }) {
  const links = store.cached(linkPolicy, selectLinks);
  return {
    /** Undefined where there is no such link; nothing is asked for a code that none can have. */
    get: (code: string): Promise<Link | undefined> =>
      readCode(code) === undefined ? Promise.resolve(undefined) : links.load(code),
  };
}

/** A link as its row has it. */
type LinkRow = Omit<Link, 'createdAt'>;

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

export const toLink = (row: LinkRow): Link => ({ ...row, createdAt: momentOf(row.id) });
