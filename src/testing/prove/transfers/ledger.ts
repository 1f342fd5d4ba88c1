import { formatMoney } from '../../../../schema/money.ts';
import { onServer } from '../../database.ts';
import type { Customer } from './customers.ts';
import { clients, type Sight } from './traffic.ts';

/** What the accounts went through, read when all is over. */
export interface Ledger {
  /** Where an account's history stood when a transfer was acknowledged, by the payer's entry of it; 0 is the first entry. */
  readonly placeOf: (account: string, payerEntry: number) => number;
  readonly histories: ReadonlyMap<string, readonly Entry[]>;
}

interface Entry {
  readonly id: number;
  readonly balanceAfter: string;
}

interface Row {
  readonly account: string;
  readonly id: number;
  readonly transfer: string;
  readonly balanceAfter: string;
}

export async function readLedger(primaryUrl: string, customers: readonly Customer[]): Promise<Ledger> {
  const rows = await onServer<Row>(
    primaryUrl,
    `SELECT account_id::text AS account, id::integer, transfer_id::text AS transfer,
       balance_after_minor::text AS "balanceAfter"
     FROM ledger_entries WHERE account_id = ANY($1::bigint[]) ORDER BY ledger_entries.id`,
    [customers.map(({ accountKey }) => accountKey)],
  );
  const histories = new Map<string, Entry[]>(customers.map(({ accountKey }) => [accountKey, []]));
  const places = new Map<string, number>();
  const transferOf = new Map<number, string>();
  for (const { account, id, transfer, balanceAfter } of rows) {
    const history = histories.get(account) ?? [];
    places.set(`${account} ${transfer}`, history.length);
    transferOf.set(id, transfer);
    const amountMinor = BigInt(balanceAfter);
    history.push({ id, balanceAfter: formatMoney({ amountMinor, currencyCode: 'EUR' }).amount });
  }
  return {
    histories,
    placeOf: (account, payerEntry) => places.get(`${account} ${transferOf.get(payerEntry) ?? ''}`) ?? 0,
  };
}

/** What is wrong with what was shown. */
export interface Faults {
  /** No balance that the account had at that time. */
  readonly oldBalances: number;
  /** Lists that begin before what was acknowledged, or leave something out. */
  readonly oldLists: number;
  readonly balances: number;
  readonly lists: number;
}

export function faultsIn(sights: readonly Sight[], ledger: Ledger): Faults {
  const lists = sights.flatMap((sight) =>
    [sight.recent, ...(sight.page === undefined ? [] : [sight.page])].map((shown) => ({ sight, shown })),
  );
  return {
    balances: sights.length,
    lists: lists.length,
    oldBalances: sights.filter((sight) => !isBalance(sight, ledger)).length,
    oldLists: lists.filter(({ sight, shown }) => !isHistory(sight, shown, ledger)).length,
  };
}

/** A balance that the account had between the question and the answer; it hardly ever comes back to one in so few steps. */
function isBalance(sight: Sight, { histories, placeOf }: Ledger): boolean {
  const { account, acknowledged, acknowledgedThen, balance } = sight;
  const history = histories.get(account) ?? [];
  const latest = placeOf(account, acknowledgedThen) + clients;
  const possible = history.slice(placeOf(account, acknowledged), latest + 1);
  return possible.some(({ balanceAfter }) => balanceAfter === balance);
}

/** The list must be the history, from some entry that is not older than what was acknowledged, without a gap. */
function isHistory(
  { account, acknowledged }: Sight,
  shown: readonly number[],
  { histories, placeOf }: Ledger,
): boolean {
  const history = histories.get(account) ?? [];
  const newest = history.findLastIndex(({ id }) => id === shown[0]);
  if (newest < placeOf(account, acknowledged)) return false;
  return shown.every((id, index) => history[newest - index]?.id === id);
}
