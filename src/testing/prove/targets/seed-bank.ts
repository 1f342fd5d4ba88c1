import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import type { Scene } from './scenario.ts';

/** Every user's account: `first` is that of place 0, the next one that of place 1, and so on. */
export interface SeededBank {
  readonly accountOf: (place: number) => string;
}

/** More than the cache keeps of an account. */
const movements = 11;
const eachMinor = 10_000;

/** An account for everybody, with some deposits. In one statement each: a hundred thousand take seconds. */
export async function seedBank({ stage, population: { count, idOf } }: Scene): Promise<SeededBank> {
  const first = await withAdmin(stage.servers.primaryUrl, async (client) => {
    // Without looking up what each of millions of rows refers to, for this connection.
    await client.query('SET session_replication_role = replica');
    const { rows } = await client.query<{ first: string }>(
      `WITH made AS (
         INSERT INTO accounts (user_id, name, currency_code)
         SELECT $1::bigint + n, 'Everyday', 'EUR' FROM generate_series(0, $2 - 1) AS n ORDER BY n RETURNING id)
       SELECT min(id)::text AS first FROM made HAVING max(id) - min(id) + 1 = $2`,
      [idOf(0), count],
    );
    const firstId = Number(rows[0]?.first);
    await client.query('INSERT INTO balances SELECT id, $2::bigint FROM accounts WHERE id >= $1', [
      firstId,
      movements * eachMinor,
    ]);
    await client.query(
      `CREATE TEMPORARY TABLE paid AS
       SELECT accounts.id AS account_id, number, nextval(pg_get_serial_sequence('transfers', 'id')) AS transfer_id
       FROM accounts, generate_series(1, $2) AS number WHERE accounts.id >= $1`,
      [firstId, movements],
    );
    await client.query(
      `INSERT INTO transfers (id, kind, note) OVERRIDING SYSTEM VALUE
       SELECT transfer_id, 'DEPOSIT', 'Paid in ' || number FROM paid`,
    );
    await client.query(
      `INSERT INTO ledger_entries (transfer_id, account_id, counter_account_id, amount_minor, balance_after_minor)
       SELECT transfer_id, CASE side WHEN 1 THEN account_id ELSE cash.id END,
         CASE side WHEN 1 THEN cash.id ELSE account_id END, side * $1, CASE side WHEN 1 THEN number * $1 END
       FROM paid, accounts AS cash, (VALUES (1), (-1)) AS sides (side)
       WHERE cash.name = 'cash' AND cash.currency_code = 'EUR' AND cash.user_id IS NULL ORDER BY number`,
      [eachMinor],
    );
    return firstId;
  });
  return { accountOf: (place) => String(first + place) };
}
