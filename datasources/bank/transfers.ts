import { z } from 'zod';
import type { MinorMoney } from '../../schema/money.ts';
import type { Queryable } from '../../src/database/sql.ts';
import { about, done, refusalsOf, refused, type Outcome, type Refusal } from '../../src/errors/refusal.ts';
import type { Turns } from '../../src/limits/turns.ts';
import { once } from '../../src/store/once.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { lockAccounts, recordMovement, type LockedAccount } from './ledger.ts';
import type { createTransactions, Transaction } from './transactions.ts';

interface Needs {
  readonly store: Store;
  readonly turns: Turns;
  readonly transactions: ReturnType<typeof createTransactions>;
}

/** Money from an account of the user's own to any user's. */
export interface Transfer {
  readonly userId: string;
  readonly fromId: string;
  readonly toId: string;
  readonly amount: MinorMoney;
  /** Shown to both sides. */
  readonly note: string | null;
  /** 1 to 100 characters, unique among the user's. */
  readonly idempotencyKey: string;
}

const accountRefusals = ['UNKNOWN_ACCOUNT', 'INSUFFICIENT_FUNDS', 'CURRENCY_MISMATCH'] as const;
type AccountRefusal = (typeof accountRefusals)[number];
type FormRefusal = 'INVALID_LENGTH' | 'INVALID_AMOUNT' | 'SAME_ACCOUNT';
export type TransferRefusal = AccountRefusal | FormRefusal | 'IDEMPOTENCY_KEY_REUSED';

const kept = z.union([
  z.object({ entryId: z.string() }),
  z.object({ refusal: z.object({ code: z.enum(accountRefusals), message: z.string(), field: z.string() }) }),
]);
type Kept = z.output<typeof kept>;

const longestKey = 100;
const longestNote = 140;

export function createTransfers({ store, turns, transactions }: Needs) {
  /** Each balance has a turn of its own, taken in the order in which the balances are locked. */
  function inTurn<T>({ fromId, toId }: Transfer, work: () => Promise<T>): Promise<T> {
    const [first, second] = BigInt(fromId) < BigInt(toId) ? [fromId, toId] : [toId, fromId];
    return turns.take(`account ${first}`, () => turns.take(`account ${second}`, work));
  }

  return {
    /**
     * The payer's side of it. A repeat under the same key gives the first outcome, refusals for what the accounts were
     * included, and moves nothing. An account of another that should pay is refused like one that does not exist.
     */
    async transfer(asked: Transfer): Promise<Outcome<Transaction, TransferRefusal>> {
      const transfer = { ...asked, note: trimmed(asked.note) };
      const refusals = checkForm(transfer);
      if (refusals.length > 0) return refused(...refusals);
      let made: Transaction | undefined;
      const found = await inTurn(transfer, () =>
        store.write((tx, changed) =>
          once(tx, requestOf(transfer), kept, async () => {
            const locked = await lockAccounts(tx, transfer.userId, transfer);
            const refusal = whyNot(transfer, locked);
            if (refusal !== undefined) return { refusal };
            made = await move(tx, changed, transfer);
            return { entryId: made.id };
          }),
        ),
      );
      if (found.kind === 'another-request') return refused(keyReused);
      return made === undefined ? recall(transfer, found.outcome) : done(made);
    },
  };

  async function recall({ userId }: Transfer, outcome: Kept): Promise<Outcome<Transaction, AccountRefusal>> {
    if ('refusal' in outcome) {
      const { field, code, message } = outcome.refusal;
      return refused(about(field, code, message));
    }
    const transaction = await transactions.find(userId, outcome.entryId);
    if (transaction === undefined) throw new Error('a transfer that was made is not in the ledger');
    return done(transaction);
  }
}

function trimmed(note: string | null): string | null {
  const text = note?.trim() ?? '';
  return text === '' ? null : text;
}

function checkForm({ idempotencyKey, note, amount, fromId, toId }: Transfer) {
  return refusalsOf<FormRefusal>(
    (idempotencyKey.length < 1 || idempotencyKey.length > longestKey) &&
      about(
        'idempotencyKey',
        'INVALID_LENGTH',
        `The idempotency key must have 1 to ${longestKey} characters.`,
      ),
    note !== null &&
      note.length > longestNote &&
      about('note', 'INVALID_LENGTH', `The note may have ${longestNote} characters.`),
    amount.amountMinor <= 0n && about('amount', 'INVALID_AMOUNT', 'The amount must be positive.'),
    fromId === toId && about('toAccountId', 'SAME_ACCOUNT', 'From and to are the same account.'),
  );
}

const requestOf = ({ userId, idempotencyKey, fromId, toId, amount, note }: Transfer) => ({
  userId,
  operation: 'transfer',
  key: idempotencyKey,
  request: [fromId, toId, amount.amountMinor.toString(), amount.currencyCode, note],
});

type KeptRefusal = Extract<Kept, { readonly refusal: unknown }>['refusal'];

/** The first reason; about an account that is not the payer's own nothing is said but that. */
function whyNot(
  { fromId, toId, amount }: Transfer,
  locked: readonly LockedAccount[],
): KeptRefusal | undefined {
  const from = locked.find(({ id }) => id === fromId);
  const to = locked.find(({ id }) => id === toId);
  if (from === undefined) return unknown('fromAccountId', 'You have no such account.');
  if (to === undefined) return unknown('toAccountId', 'There is no such account.');
  if (from.currencyCode !== amount.currencyCode) return mismatch('amount', from);
  if (to.currencyCode !== amount.currencyCode) return mismatch('toAccountId', to);
  if (from.balanceMinor >= amount.amountMinor) return undefined;
  return { field: 'amount', code: 'INSUFFICIENT_FUNDS', message: 'The account does not hold as much.' };
}

const unknown = (field: string, message: string) => ({ field, code: 'UNKNOWN_ACCOUNT', message }) as const;

const mismatch = (field: string, { currencyCode }: LockedAccount) =>
  ({ field, code: 'CURRENCY_MISMATCH', message: `The account is kept in ${currencyCode}.` }) as const;

const keyReused: Refusal<'IDEMPOTENCY_KEY_REUSED'> = about(
  'idempotencyKey',
  'IDEMPOTENCY_KEY_REUSED',
  'The idempotency key was used for another transfer.',
);

/** Resolves to what `selectTransactions` would find now, so that an answer costs no read. */
async function move(tx: Queryable, changed: Changed, transfer: Transfer): Promise<Transaction> {
  const { userId, fromId, toId, amount, note } = transfer;
  const { amountMinor, currencyCode } = amount;
  const kind = 'TRANSFER';
  const entry = await recordMovement(tx, changed, { kind, fromId, toId, amountMinor, note });
  if (entry.balanceAfterMinor === null) throw new Error('a user’s account without a balance');
  return {
    id: entry.id,
    accountId: fromId,
    userId,
    counterAccountId: toId,
    kind,
    amountMinor: -amountMinor,
    balanceAfterMinor: entry.balanceAfterMinor,
    currencyCode,
    note,
    createdAt: entry.createdAt,
  };
}
