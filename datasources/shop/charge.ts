import type { MinorMoney } from '../../schema/money.ts';
import type { Queryable } from '../../src/database/sql.ts';
import type { Outcome } from '../../src/errors/refusal.ts';
import type { Changed } from '../../src/store/store.ts';

/** Money that a buyer owes the shop. */
export interface Payment {
  readonly userId: string;
  /** Where it is taken from. */
  readonly accountId: string;
  readonly amount: MinorMoney;
  /** Shown beside the payment, to the buyer. */
  readonly note: string;
}

export type ChargeRefusal = 'UNKNOWN_ACCOUNT' | 'INSUFFICIENT_FUNDS' | 'CURRENCY_MISMATCH';

/**
 * Takes money from an account of the buyer's within the transaction that makes the order, and names what it changes. Where
 * it refuses it has written nothing, so that the refusal can be kept. `entryId` is the buyer's entry in the bank's ledger.
 */
export type Charge = (
  tx: Queryable,
  changed: Changed,
  payment: Payment,
) => Promise<Outcome<{ readonly entryId: string }, ChargeRefusal>>;
