import { z } from 'zod';
import { currencyCodes } from '../../schema/money.ts';
import { instant, jsonCodec, whole } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { listsByKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';

const loan = z.object({
  id: z.string(),
  userId: z.string(),
  principalMinor: whole,
  outstandingMinor: whole,
  currencyCode: z.enum(currencyCodes),
  /** Percent a year, such as `3.25`. */
  annualRate: z.string(),
  status: z.enum(['ACTIVE', 'REPAID']),
  openedAt: instant,
  dueAt: instant.nullable(),
});

/** What is owed on an account. Given and paid back past the gateways, which only show it. */
export type Loan = z.output<typeof loan>;

/** So many of an account are shown; what a list costs is reckoned from its longest. */
const most = 100;

/** The newest of an account, newest first; nobody writes them through a gateway, so the log alone tells of changes. */
export const loansPolicy: CachePolicy<string, readonly Loan[]> = {
  name: 'loans',
  version: 1,
  key: (accountId) => accountId,
  freshForMs: 10 * 60_000,
  staleForMs: 0,
  missingForMs: 0,
  tiers: 'redis',
  strict: false,
  codec: jsonCodec(z.array(loan)),
};

export const loanChanges: TableChanges<'account_id'> = {
  table: 'loans',
  columns: ['account_id'],
  keys: (row) => [keyOf(loansPolicy, row.account_id)],
};

export function createLoans({ store }: { readonly store: Store }) {
  const loans = store.cached(loansPolicy, selectLoans);
  return {
    /** Newest first. Whose the account is has been asked before. */
    list: async (accountId: string): Promise<readonly Loan[]> => (await loans.load(accountId)) ?? [],
  };
}

async function selectLoans(
  db: Queryable,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Loan[]>> {
  const rows = await db.rows<Loan & { accountId: string }>(sql`
    SELECT l.id::text, l.account_id::text AS "accountId", a.user_id::text AS "userId",
      l.principal_minor AS "principalMinor", l.outstanding_minor AS "outstandingMinor",
      a.currency_code AS "currencyCode", trim_scale(l.annual_rate)::text AS "annualRate", l.status,
      l.opened_at AS "openedAt", l.due_at AS "dueAt"
    FROM accounts a CROSS JOIN LATERAL (
      SELECT * FROM loans WHERE account_id = a.id ORDER BY id DESC LIMIT ${most}) l
    WHERE a.id = ANY(${accountIds}::bigint[]) ORDER BY l.id DESC`);
  const found = listsByKey(rows, ({ accountId }) => accountId);
  return new Map(accountIds.map((accountId) => [accountId, found.get(accountId) ?? []]));
}
