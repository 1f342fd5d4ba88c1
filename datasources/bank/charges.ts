import type { CurrencyCode, MinorMoney } from '../../schema/money.ts';
import { onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Changed } from '../../src/store/store.ts';
import { recordMovement } from './ledger.ts';

/** What a user pays to the shop. */
export interface ChargeRequest {
  readonly userId: string;
  readonly accountId: string;
  /** Positive. */
  readonly amount: MinorMoney;
  readonly note: string;
}

export type ChargeRefusal = 'UNKNOWN_ACCOUNT' | 'INSUFFICIENT_FUNDS' | 'CURRENCY_MISMATCH';

/** Money for what is done in the same transaction: for other domains, which get it as a parameter. */
export function createCharges() {
  /**
   * Inside the caller's transaction, whose last lock the account's balance is. Debits the account and credits the bank's
   * own `shop`, of which no row is locked. `entryId` is the payer's entry in the ledger, and the id of its transaction. A
   * refusal has written nothing.
   */
  async function charge(
    tx: Queryable,
    changed: Changed,
    { userId, accountId, amount, note }: ChargeRequest,
  ): Promise<Outcome<{ readonly entryId: string }, ChargeRefusal>> {
    const { amountMinor, currencyCode } = amount;
    if (amountMinor <= 0n) throw new Error('a charge of nothing');
    const payer = await lockPayer(tx, userId, accountId);
    if (payer === undefined) return refused(unknownAccount);
    if (payer.currencyCode !== currencyCode) return refused(mismatchWith(payer.currencyCode));
    if (payer.balanceMinor < amountMinor) return refused(insufficientFunds);
    const sides = { fromId: accountId, toId: payer.shopId };
    const { id } = await recordMovement(tx, changed, { kind: 'PAYMENT', ...sides, amountMinor, note });
    return done({ entryId: id });
  }

  return { charge };
}

const field = 'payFromAccountId';
const unknownAccount = about(field, 'UNKNOWN_ACCOUNT', 'You have no such account.');
const insufficientFunds = about(field, 'INSUFFICIENT_FUNDS', 'The account does not hold as much.');
const mismatchWith = (currencyCode: CurrencyCode) =>
  about(field, 'CURRENCY_MISMATCH', `The account is kept in ${currencyCode}.`);

interface Payer {
  readonly currencyCode: CurrencyCode;
  readonly balanceMinor: bigint;
  /** The bank's own account that is credited. */
  readonly shopId: string;
}

/** Undefined where it is not the user's, which is not locked. */
async function lockPayer(tx: Queryable, userId: string, accountId: string): Promise<Payer | undefined> {
  const rows = await tx.rows<Payer>(sql`
    SELECT a.currency_code AS "currencyCode", b.balance_minor AS "balanceMinor", shop.id::text AS "shopId"
    FROM balances b JOIN accounts a ON a.id = b.account_id
    JOIN accounts shop ON shop.user_id IS NULL AND shop.name = 'shop' AND shop.currency_code = a.currency_code
    WHERE b.account_id = ${accountId}::bigint AND a.user_id = ${userId}::bigint
    FOR NO KEY UPDATE OF b`);
  return onlyRow(rows);
}
