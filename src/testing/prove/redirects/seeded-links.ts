import { codeOf } from '../../../../datasources/links/codes.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { follows } from '../../../dev/postgres/replica.ts';
import type { Stage } from '../stage.ts';

export interface SeededLinks {
  readonly ids: readonly string[];
  readonly codes: readonly string[];
}

export const location = 'https://www.example.com/a/page/of/some/length?with=a-query&and=more#and-a-part';

const rowsOfStatement = 50_000;

/** So many links in Postgres, made in the present month, with plans that know how many there are. */
export async function seedLinks({ servers, primary, replica }: Stage, count: number): Promise<SeededLinks> {
  const ids = await withAdmin(servers.primaryUrl, async (client) => {
    const { rows } = await client.query<{ first: string }>('SELECT first_link_id(now())::text AS first');
    const first = BigInt(rows[0]?.first ?? 0);
    const made = Array.from({ length: count }, (_, index) => (first + BigInt(index)).toString());
    for (let at = 0; at < count; at += rowsOfStatement) {
      const some = made.slice(at, at + rowsOfStatement);
      await client.query(
        `INSERT INTO links (id, code, url, owner_id)
         SELECT id, code, $3, 1 FROM unnest($1::bigint[], $2::text[]) AS made (id, code)`,
        [some, some.map(codeOf), location],
      );
    }
    await client.query('ANALYZE');
    return made;
  });
  if (!(await follows(replica, primary))) throw new Error('the replica does not follow');
  return { ids, codes: ids.map(codeOf) };
}
