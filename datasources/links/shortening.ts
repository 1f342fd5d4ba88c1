import type { Clock } from '../../src/clock/clock.ts';
import { isWithoutPartition, violatedConstraint } from '../../src/database/failures.ts';
import { onlyRow } from '../../src/database/rows.ts';
import type { Shards } from '../../src/database/shards.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Ids } from '../../src/ids/ids.ts';
import { momentOf } from '../../src/ids/snowflake.ts';
import type { Store } from '../../src/store/store.ts';
import { codeOf, readCode } from './codes.ts';
import { aliasTaken, checkLink, type LinkRefusal } from './link-checks.ts';
import { linkPolicy, toLink, type Link, type LinkRow } from './links.ts';
import { makePartition } from './partitions.ts';

interface Needs {
  readonly store: Store;
  readonly shards: Shards;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

interface NewLink {
  readonly url: URL;
  readonly alias: string | undefined;
  readonly expiresAt: Date | null;
}

/** What is left out stays; an expiry of null removes it. */
interface LinkChanges {
  readonly url: URL | undefined;
  readonly expiresAt: Date | null | undefined;
}

/** Making, changing and removing links, each in one transaction on the shard of the link's code. */
export function createShortening({ store, shards, ids, clock, publicUrl }: Needs) {
  async function insert(ownerId: string, made: NewLink): Promise<Link> {
    const id = await ids.next();
    const code = made.alias ?? codeOf(id);
    const shard = shards.shardOf(code);
    const row = { ...made, id, code, ownerId };
    const write = () =>
      store.write(
        async (tx, changed) => {
          // It may be remembered as missing.
          changed(linkPolicy, code);
          return insertLink(tx, row);
        },
        { shard },
      );
    try {
      return await write();
    } catch (error) {
      if (!isWithoutPartition(error)) throw error;
      // Nobody has made it ahead; a link is not lost for that.
      await store.write((tx) => makePartition(tx, momentOf(id)), { shard });
      return write();
    }
  }

  return {
    async create(ownerId: string, made: NewLink): Promise<Outcome<Link, LinkRefusal>> {
      const refusals = checkLink(made, publicUrl(), clock.now());
      if (refusals.length > 0) return refused(...refusals);
      try {
        return done(await insert(ownerId, made));
      } catch (error) {
        if (violatedConstraint(error) === 'link_aliases_pkey') return refused(aliasTaken);
        throw error;
      }
    },

    /** The value is undefined where this owner has no such link. */
    async update(
      ownerId: string,
      code: string,
      changes: LinkChanges,
    ): Promise<Outcome<Link | undefined, LinkRefusal>> {
      const refusals = checkLink(changes, publicUrl(), clock.now());
      if (refusals.length > 0) return refused(...refusals);
      if (readCode(code) === undefined) return done(undefined);
      const updated = await store.write(
        async (tx, changed) => {
          changed(linkPolicy, code);
          return updateLink(tx, ownerId, code, changes);
        },
        { shard: shards.shardOf(code) },
      );
      return done(updated);
    },

    /** The link as it was; undefined where this owner has no such link. */
    async remove(ownerId: string, code: string): Promise<Link | undefined> {
      if (readCode(code) === undefined) return undefined;
      return store.write(
        async (tx, changed) => {
          changed(linkPolicy, code);
          return deleteLink(tx, ownerId, code);
        },
        { shard: shards.shardOf(code) },
      );
    },
  };
}

async function insertLink(
  tx: Queryable,
  { id, code, url, ownerId, alias, expiresAt }: NewLink & Pick<Link, 'id' | 'code' | 'ownerId'>,
): Promise<Link> {
  await tx.rows(sql`
    INSERT INTO links (id, code, url, owner_id, expires_at)
    VALUES (${id}::bigint, ${code}, ${url.href}, ${ownerId}::bigint, ${expiresAt}::timestamptz)`);
  if (alias !== undefined)
    await tx.rows(sql`INSERT INTO link_aliases (alias, link_id) VALUES (${alias}, ${id}::bigint)`);
  return toLink({ id, code, url: url.href, ownerId, expiresAt });
}

async function updateLink(
  tx: Queryable,
  ownerId: string,
  code: string,
  { url, expiresAt }: LinkChanges,
): Promise<Link | undefined> {
  const { id, alias } = placeOf(code);
  const rows = await tx.rows<LinkRow>(sql`
    UPDATE links SET url = coalesce(${url?.href ?? null}, url),
      expires_at = CASE WHEN ${expiresAt === undefined} THEN expires_at ELSE ${expiresAt ?? null}::timestamptz END
    WHERE id = coalesce(${id}::bigint, (SELECT link_id FROM link_aliases WHERE alias = ${alias}))
      AND code = ${code} AND owner_id = ${ownerId}::bigint
    RETURNING id::text, code, url, owner_id::text AS "ownerId", expires_at AS "expiresAt"`);
  const row = onlyRow(rows);
  return row && toLink(row);
}

async function deleteLink(tx: Queryable, ownerId: string, code: string): Promise<Link | undefined> {
  const { id, alias } = placeOf(code);
  const rows = await tx.rows<LinkRow>(sql`
    DELETE FROM links
    WHERE id = coalesce(${id}::bigint, (SELECT link_id FROM link_aliases WHERE alias = ${alias}))
      AND code = ${code} AND owner_id = ${ownerId}::bigint
    RETURNING id::text, code, url, owner_id::text AS "ownerId", expires_at AS "expiresAt"`);
  const row = onlyRow(rows);
  return row && toLink(row);
}

/** One of the two; with neither no row is found. */
function placeOf(code: string): { readonly id: string | null; readonly alias: string | null } {
  const read = readCode(code);
  return {
    id: read?.kind === 'id' ? read.id : null,
    alias: read?.kind === 'alias' ? read.alias : null,
  };
}
