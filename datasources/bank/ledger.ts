import type { CurrencyCode } from '../../schema/money.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Changed } from '../../src/store/store.ts';
import { balancePolicy } from './balances.ts';
import { recentTransactionsPolicy, transactionPolicy, type Transaction } from './transactions.ts';

/** An account whose balance is locked: what is read here holds at the commit. */
export interface LockedAccount {
  readonly id: string;
  readonly userId: string;
  readonly currencyCode: CurrencyCode;
  readonly balanceMinor: bigint;
}

/** Money on its way from one account to another; one of them may be the bank's own. */
export interface Movement {
  readonly kind: Transaction['kind'];
  readonly fromId: string;
  readonly toId: string;
  /** Positive. */
  readonly amountMinor: bigint;
  readonly note: string | null;
}

/** One side of a movement, as the ledger has it. */
export interface Entry {
  readonly id: string;
  readonly accountId: string;
  /** Null for an account of the bank's own. */
  readonly balanceAfterMinor: bigint | null;
  readonly createdAt: Date;
}

/**
 * Locks the balances of the payer's own account and of the receiver's, in the order of their ids everywhere, so that two
 * transfers that cross do not wait for each other. What is not there, or not the payer's, is left out, and not locked.
 */
export function lockAccounts(
  tx: Queryable,
  payerId: string,
  { fromId, toId }: Pick<Movement, 'fromId' | 'toId'>,
): Promise<readonly LockedAccount[]> {
  return tx.rows<LockedAccount>(sql`
    SELECT a.id::text, a.user_id::text AS "userId", a.currency_code AS "currencyCode",
      b.balance_minor AS "balanceMinor"
    FROM balances b JOIN accounts a ON a.id = b.account_id
    WHERE b.account_id = ANY(ARRAY[${fromId}, ${toId}]::bigint[])
      AND (b.account_id = ${toId}::bigint OR a.user_id = ${payerId}::bigint)
    ORDER BY b.account_id FOR NO KEY UPDATE OF b`);
}

/**
 * Debit, credit and both entries in one statement, under the locks of the balances. An account of the bank's own has no
 * balance: its entry alone is written. Resolves to the entry of the account that is debited.
 */
export async function recordMovement(
  tx: Queryable,
  changed: Changed,
  { kind, fromId, toId, amountMinor, note }: Movement,
): Promise<Entry> {
  const entries = await tx.rows<Entry>(sql`
    WITH side (account_id, counter_account_id, amount_minor) AS (
      VALUES (${fromId}::bigint, ${toId}::bigint, -${amountMinor}::bigint),
        (${toId}::bigint, ${fromId}::bigint, ${amountMinor}::bigint)
    ), moved AS (
      UPDATE balances SET balance_minor = balance_minor + side.amount_minor FROM side
      WHERE balances.account_id = side.account_id
      RETURNING balances.account_id, balance_minor
    ), made AS (
      INSERT INTO transfers (kind, note) VALUES (${kind}, ${note}) RETURNING id, created_at
    ), written AS (
      INSERT INTO ledger_entries (transfer_id, account_id, counter_account_id, amount_minor, balance_after_minor)
      SELECT made.id, account_id, counter_account_id, amount_minor, balance_minor
      FROM made CROSS JOIN side LEFT JOIN moved USING (account_id)
      RETURNING id, account_id, balance_after_minor
    )
    SELECT written.id::text, account_id::text AS "accountId", balance_after_minor AS "balanceAfterMinor",
      created_at AS "createdAt"
    FROM written CROSS JOIN made`);
  for (const entry of entries) if (entry.balanceAfterMinor !== null) noteEntry(changed, entry);
  const debited = entries.find(({ accountId }) => accountId === fromId);
  if (debited === undefined) throw new Error('a movement without an entry');
  return debited;
}

function noteEntry(changed: Changed, { id, accountId }: Entry): void {
  changed(balancePolicy, accountId);
  changed(recentTransactionsPolicy, accountId);
  // Fenced from birth: ids can be guessed, so it may be remembered as missing.
  changed(transactionPolicy, id);
}
