import { z } from 'zod';
import { currencyCodes } from '../../schema/money.ts';
import { instant, jsonCodec, whole } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey, listsByKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';

const movementKinds = ['TRANSFER', 'PAYMENT', 'DEPOSIT', 'LOAN'] as const;

const transaction = z.object({
  /** Of the ledger's entry. Within an account it tells the order. */
  id: z.string(),
  accountId: z.string(),
  userId: z.string(),
  counterAccountId: z.string(),
  kind: z.enum(movementKinds),
  amountMinor: whole,
  balanceAfterMinor: whole,
  currencyCode: z.enum(currencyCodes),
  note: z.string().nullable(),
  createdAt: instant,
});

/** What a movement of money means to one of its accounts; it never changes. */
export type Transaction = z.output<typeof transaction>;

/** The newest of an account, newest first. */
const recent = z.object({ items: z.array(transaction), hasMore: z.boolean() });
export type Recent = z.output<typeof recent>;

export const transactionPolicy: CachePolicy<string, Transaction> = {
  name: 'transaction',
  version: 1,
  key: (id) => id,
  freshForMs: 15 * 60_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'redis',
  strict: false,
  codec: jsonCodec(transaction),
};

/** What an account's page opens with. Strict, as the balance is that stands beside it. */
export const recentTransactionsPolicy: CachePolicy<string, Recent> = {
  name: 'recent-transactions',
  version: 1,
  key: (accountId) => accountId,
  freshForMs: 120_000,
  staleForMs: 0,
  missingForMs: 0,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(recent),
};

export const transactionChanges: TableChanges<'account_id' | 'id'> = {
  table: 'ledger_entries',
  columns: ['account_id', 'id'],
  keys: (row) => [keyOf(transactionPolicy, row.id), keyOf(recentTransactionsPolicy, row.account_id)],
};

/** The cache keeps so many of each account. */
const recentCount = 10;

export function createTransactions({ store }: { readonly store: Store }) {
  const transactions = store.cached(transactionPolicy, selectTransactions);
  const recents = store.cached(recentTransactionsPolicy, selectRecent);

  /**
   * At most so many that are older than the one given. An account's entries are committed in the order of their ids, so a
   * server that has the one given has all before it; a replica that has not is passed over, lest what lies between is skipped.
   */
  async function listOlder(accountId: string, than: string, limit: number): Promise<readonly Transaction[]> {
    const select = (db: Queryable) => selectNewest(db, [accountId], limit + 1, than);
    const seen = await store.read(select);
    const rows = seen[0]?.id === than ? seen : await store.read(select, { primary: 'preferred' });
    return rows.filter(({ id }) => id !== than).slice(0, limit);
  }

  return {
    /** The user's own; undefined for another's as for none. */
    async find(userId: string, id: string): Promise<Transaction | undefined> {
      const found = await transactions.load(id);
      return found?.userId === userId ? found : undefined;
    },

    /** The newest ten, newest first. Whose the account is has been asked before. */
    recent: async (accountId: string): Promise<readonly Transaction[]> =>
      (await recents.load(accountId))?.items ?? [],

    /** Newest first: what the cache has, and behind it, without a seam, what only Postgres has. */
    async list(accountId: string, request: PageRequest): Promise<Page<Transaction>> {
      const { after, limit } = request;
      const { items, hasMore } = (await recents.load(accountId)) ?? nothing;
      const cached = after === undefined ? items : items.filter(({ id }) => BigInt(id) < BigInt(after));
      if (!hasMore) return pageOf(cached, request);
      if (cached.length >= limit) return { items: cached.slice(0, limit), hasNextPage: true };
      const last = cached.at(-1)?.id ?? after;
      if (last === undefined) throw new Error('an empty list with more behind it');
      const older = await listOlder(accountId, last, limit + 1 - cached.length);
      return pageOf([...cached, ...older], request);
    },
  };
}

const nothing: Recent = { items: [], hasMore: false };

async function selectTransactions(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Transaction>> {
  const rows = await db.rows<Transaction>(sql`
    SELECT e.id::text, e.account_id::text AS "accountId", a.user_id::text AS "userId",
      e.counter_account_id::text AS "counterAccountId", t.kind, e.amount_minor AS "amountMinor",
      e.balance_after_minor AS "balanceAfterMinor", a.currency_code AS "currencyCode", t.note,
      t.created_at AS "createdAt"
    FROM ledger_entries e JOIN transfers t ON t.id = e.transfer_id JOIN accounts a ON a.id = e.account_id
    WHERE e.id = ANY(${ids}::bigint[]) AND a.user_id IS NOT NULL`);
  return byKey(rows, ({ id }) => id);
}

async function selectRecent(
  db: Queryable,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, Recent>> {
  const rows = await selectNewest(db, accountIds, recentCount + 1);
  const found = listsByKey(rows, ({ accountId }) => accountId);
  return new Map(
    accountIds.map((accountId) => {
      const own = found.get(accountId) ?? [];
      return [accountId, { items: own.slice(0, recentCount), hasMore: own.length > recentCount }];
    }),
  );
}

/** Of each account so many from `from` on, which is the first where the account has it; newest first. */
function selectNewest(
  db: Queryable,
  accountIds: readonly string[],
  limit: number,
  from = '9223372036854775807',
): Promise<readonly Transaction[]> {
  return db.rows<Transaction>(sql`
    SELECT e.id::text, e.account_id::text AS "accountId", a.user_id::text AS "userId",
      e.counter_account_id::text AS "counterAccountId", t.kind, e.amount_minor AS "amountMinor",
      e.balance_after_minor AS "balanceAfterMinor", a.currency_code AS "currencyCode", t.note,
      t.created_at AS "createdAt"
    FROM accounts a CROSS JOIN LATERAL (
      SELECT * FROM ledger_entries WHERE account_id = a.id AND id <= ${from}::bigint
      ORDER BY id DESC LIMIT ${limit}) AS e
    JOIN transfers t ON t.id = e.transfer_id
    WHERE a.id = ANY(${accountIds}::bigint[]) AND a.user_id IS NOT NULL
    ORDER BY e.id DESC`);
}
