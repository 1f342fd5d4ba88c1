import type { Client } from 'pg';
import { codeOf } from '../../../datasources/links/codes.ts';

/** Each user's links: a plain one, one with an alias, one that has expired. */
const links = [
  { path: 'graphql.org/learn/', alias: 'learn', days: null },
  { path: 'www.postgresql.org/docs/', alias: null, days: null },
  { path: 'example.com/last-week', alias: null, days: -7 },
] as const;

/** Ids of moments in the last days, each with a sequence of its own. */
export async function seedLinks(client: Client): Promise<void> {
  const { rows: users } = await client.query<{ id: string; username: string; first: string }>(
    `SELECT id::text, username, first_link_id(now() - interval '10 days')::text AS first FROM users
     WHERE username IN ('alice', 'bob', 'carol') ORDER BY users.id`,
  );
  const rows = users.flatMap(({ id: ownerId, username, first }, person) =>
    links.map(({ path, alias, days }, place) => {
      const id = (BigInt(first) + BigInt(person * links.length + place)).toString();
      const ownAlias = alias === null ? null : `${username}-${alias}`;
      return {
        id,
        owner_id: ownerId,
        code: ownAlias ?? codeOf(id),
        alias: ownAlias,
        url: `https://${path}`,
        days,
      };
    }),
  );
  await client.query(
    `WITH made AS (
       INSERT INTO links (id, code, url, owner_id, expires_at)
       SELECT id, code, url, owner_id, now() + make_interval(days => days)
       FROM jsonb_to_recordset($1::jsonb) AS l (id bigint, code text, url text, owner_id bigint, days integer)
       RETURNING id
     )
     INSERT INTO link_aliases (alias, link_id)
     SELECT alias, id FROM made JOIN jsonb_to_recordset($1::jsonb) AS l (id bigint, alias text) USING (id)
     WHERE alias IS NOT NULL`,
    [JSON.stringify(rows)],
  );
}
