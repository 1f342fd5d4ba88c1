import type { Client } from 'pg';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import type { Population } from './population.ts';
import type { Scene } from './scenario.ts';

/** Where everybody is a member, as keys in Postgres. */
export interface SeededChats {
  /** The user's chats, the one with most members first. */
  readonly chatsOf: (place: number) => readonly string[];
}

const groupSize = 20;
const crowdSize = 500;
/** Messages of a chat of two, of a group and of a crowd, which has more than what is cached. */
const lengths = { pair: 4, group: 30, crowd: 120 } as const;
const unread = 3;

/** Everybody is in two chats of two, with the neighbours, in a group and in a crowd. */
export async function seedChats({ stage, population }: Scene): Promise<SeededChats> {
  const { count } = population;
  const groups = Math.ceil(count / groupSize);
  const crowds = Math.ceil(count / crowdSize);
  const firstChat = await withAdmin(stage.servers.primaryUrl, async (client) => {
    const first = await insertChats(client, population, count + groups + crowds);
    await seat(client, population, {
      pairs: first,
      groups: first + count,
      crowds: first + count + groups,
      crowdCount: crowds,
    });
    await insertRest(client);
    return first;
  });
  return {
    chatsOf(place) {
      const numbers = [
        count + groups + (place % crowds),
        count + Math.floor(place / groupSize),
        place,
        (place + count - 1) % count,
      ];
      return numbers.map((number) => String(firstChat + number));
    },
  };
}

/** First those of two, one for each user and the next. Resolves to the first id of all. */
async function insertChats(client: Client, { count, idOf }: Population, all: number): Promise<number> {
  const { rows } = await client.query<{ first: string }>(
    `WITH made AS (
       INSERT INTO chats (kind, title, direct_low, direct_high)
       SELECT CASE WHEN n < $1 THEN 'DIRECT' ELSE 'GROUP' END, CASE WHEN n >= $1 THEN 'Group ' || n END,
         CASE WHEN n < $1 THEN $2::bigint + least(n, (n + 1) % $1) END,
         CASE WHEN n < $1 THEN $2::bigint + greatest(n, (n + 1) % $1) END
       FROM generate_series(0, $3::int - 1) AS n ORDER BY n RETURNING id)
     SELECT min(id)::text AS first FROM made HAVING max(id) - min(id) + 1 = $3`,
    [count, idOf(0), all],
  );
  return Number(rows[0]?.first);
}

/** The first id of each kind of chat. */
interface Kinds {
  readonly pairs: number;
  readonly groups: number;
  readonly crowds: number;
  readonly crowdCount: number;
}

/** Who sits where, for this connection: a row for each member, with how many there are, and how many messages. */
async function seat(client: Client, { count, idOf }: Population, kinds: Kinds): Promise<void> {
  const { pairs, groups, crowds, crowdCount } = kinds;
  await client.query(
    `CREATE TEMP TABLE seats AS
     SELECT chat_id, user_id, length, row_number() OVER same_chat - 1 AS seat,
       count(*) OVER (PARTITION BY chat_id) AS size,
       (extract(epoch FROM now() - interval '1 day') * 1000)::bigint - 1577836800000 AS since
     FROM generate_series(0, $1::int - 1) AS n CROSS JOIN LATERAL (VALUES
       (${pairs} + n, $2::bigint + n, ${lengths.pair}),
       (${pairs} + n, $2::bigint + (n + 1) % $1, ${lengths.pair}),
       (${groups} + n / ${groupSize}, $2::bigint + n, ${lengths.group}),
       (${crowds} + n % ${crowdCount}, $2::bigint + n, ${lengths.crowd})
     ) AS taken (chat_id, user_id, length)
     WINDOW same_chat AS (PARTITION BY chat_id ORDER BY user_id)`,
    [count, idOf(0)],
  );
}

/** Heads, members, marks and messages, past the triggers, which count messages one by one. */
async function insertRest(client: Client): Promise<void> {
  // As `next_message_id` makes them, a minute apart.
  const idAt = (number: string) => `((since + 60000 * (${number})) << 20) | (chat_id & 1048575)`;
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO chat_heads (chat_id, version, last_message_id)
     SELECT chat_id, length, ${idAt('length - 1')} FROM seats WHERE seat = 0`,
  );
  await client.query('INSERT INTO chat_members (chat_id, user_id) SELECT chat_id, user_id FROM seats');
  await client.query(
    `INSERT INTO chat_reads (chat_id, user_id, read_id)
     SELECT chat_id, user_id, ${idAt(`length - 1 - ${unread}`)} FROM seats`,
  );
  await client.query(
    `INSERT INTO messages (chat_id, id, author_id, client_message_id, text)
     SELECT chat_id, ${idAt('number')}, user_id, 'seed-' || number, 'Message ' || number || ' of this chat.'
     FROM seats, generate_series(seat, length - 1, size) AS number`,
  );
}
