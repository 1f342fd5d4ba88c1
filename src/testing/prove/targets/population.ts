import { createTokens } from '../../../auth/tokens.ts';
import { systemClock } from '../../../clock/clock.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { testTokenSecret } from '../../gateway.ts';
import type { Stage } from '../stage.ts';

/** Users, each signed in once, by their place from 0 to `count - 1`. */
export interface Population {
  readonly count: number;
  /** The key in Postgres. */
  readonly idOf: (place: number) => string;
  readonly sessionIdOf: (place: number) => string;
  readonly tokenOf: (place: number) => Promise<string>;
  /** A token of the seeded login. */
  readonly tokenOfLogin: (username: string) => Promise<string>;
}

const dayMs = 24 * 3_600_000;

/** In one statement each: a hundred thousand take seconds. */
export async function populate({ servers }: Stage, count: number): Promise<Population> {
  const tokens = createTokens({ secret: testTokenSecret, clock: systemClock });
  const firstId = await withAdmin(servers.primaryUrl, async (client) => {
    const { rows } = await client.query<{ first: string }>(
      `WITH made AS (
         INSERT INTO users (username, password_hash, display_name, email, phone)
         SELECT 'many_' || n, '-', 'Somebody ' || n, 'many_' || n || '@example.com', '+4179' || lpad(n::text, 7, '0')
         FROM generate_series(1, $1) AS n ORDER BY n RETURNING id)
       SELECT min(id)::text AS first FROM made HAVING max(id) - min(id) + 1 = $1`,
      [count],
    );
    // Open for longer than the proof takes, so that nothing is extended meanwhile.
    await client.query(
      `INSERT INTO sessions (user_id, chat_expires_at, shop_expires_at)
       SELECT id, now() + interval '1 day', now() + interval '1 day' FROM users ORDER BY id`,
    );
    return Number(rows[0]?.first);
  });
  const sessionOf = await readSessions(servers.primaryUrl);
  const signed = new Map<string, Promise<string>>();

  function tokenFor(userId: string): Promise<string> {
    const sessionId = sessionOf.get(userId) ?? '';
    const token =
      signed.get(userId) ?? tokens.sign({ userId, sessionId }, new Date(systemClock.now() + dayMs));
    signed.set(userId, token);
    return token;
  }

  const idOf = (place: number) => String(firstId + place);
  return {
    count,
    idOf,
    sessionIdOf: (place) => sessionOf.get(idOf(place)) ?? '',
    tokenOf: (place) => tokenFor(idOf(place)),
    tokenOfLogin: (username) =>
      withAdmin(servers.primaryUrl, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          'SELECT id::text FROM users WHERE username = $1',
          [username],
        );
        return tokenFor(rows[0]?.id ?? '');
      }),
  };
}

async function readSessions(url: string): Promise<ReadonlyMap<string, string>> {
  return withAdmin(url, async (client) => {
    const { rows } = await client.query<{ id: string; userId: string }>(
      `SELECT id::text, user_id::text AS "userId" FROM sessions`,
    );
    return new Map(rows.map(({ id, userId }) => [userId, id]));
  });
}
