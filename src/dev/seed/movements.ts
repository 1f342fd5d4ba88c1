import type { Client } from 'pg';

/** Money that has moved, for an account to have a history. */
export interface SeededMovement {
  readonly kind: 'TRANSFER' | 'DEPOSIT' | 'LOAN';
  /** Of a user's account; undefined for the bank's own `cash` of the other side's currency. */
  readonly fromId?: string;
  readonly toId?: string;
  readonly amountMinor: bigint;
  readonly note?: string;
  readonly at?: Date;
}

/** Opens an account with nothing in it; resolves to its id. */
export async function insertAccount(
  client: Pick<Client, 'query'>,
  account: { readonly userId: string; readonly name: string; readonly currencyCode: string },
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `WITH made AS (INSERT INTO accounts (user_id, name, currency_code) VALUES ($1, $2, $3) RETURNING id)
     INSERT INTO balances (account_id) SELECT id FROM made RETURNING account_id::text AS id`,
    [account.userId, account.name, account.currencyCode],
  );
  return rows[0]?.id ?? '';
}

/** With both entries, as the bank does it. Rejects where there is not as much. */
export async function insertMovement(
  client: Pick<Client, 'query'>,
  { kind, fromId, toId, amountMinor, note, at = new Date() }: SeededMovement,
): Promise<void> {
  await client.query(
    `WITH cash AS (
       SELECT cash.id FROM accounts cash JOIN accounts known USING (currency_code)
       WHERE cash.user_id IS NULL AND cash.name = 'cash' AND known.id = coalesce($1, $2)::bigint
     ), side (account_id, counter_account_id, amount_minor) AS (
       SELECT coalesce($1::bigint, id), coalesce($2::bigint, id), -$3::bigint FROM cash
       UNION ALL SELECT coalesce($2::bigint, id), coalesce($1::bigint, id), $3::bigint FROM cash
     ), moved AS (
       UPDATE balances SET balance_minor = balance_minor + side.amount_minor FROM side
       WHERE balances.account_id = side.account_id RETURNING balances.account_id, balance_minor
     ), made AS (
       INSERT INTO transfers (kind, note, created_at) VALUES ($4, $5, $6) RETURNING id
     )
     INSERT INTO ledger_entries (transfer_id, account_id, counter_account_id, amount_minor, balance_after_minor)
     SELECT made.id, account_id, counter_account_id, amount_minor, balance_minor
     FROM made CROSS JOIN side LEFT JOIN moved USING (account_id)`,
    [fromId ?? null, toId ?? null, amountMinor, kind, note ?? null, at],
  );
}
