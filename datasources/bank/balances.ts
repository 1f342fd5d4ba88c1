import { whole, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import type { Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';

/** What is in an account, in minor units. Strict: nobody is shown what was there before a movement that is acknowledged. */
export const balancePolicy: CachePolicy<string, bigint> = {
  name: 'balance',
  version: 1,
  key: (accountId) => accountId,
  freshForMs: 60_000,
  staleForMs: 0,
  missingForMs: 0,
  tiers: 'redis',
  strict: true,
  codec: jsonCodec(whole),
};

/** One row, one entry. */
export const balanceChanges: TableChanges<'account_id'> = {
  table: 'balances',
  columns: ['account_id'],
  keys: (row) => [keyOf(balancePolicy, row.account_id)],
};

export const createBalances = ({ store }: { readonly store: Store }) => ({
  /** Of a user's account; undefined where there is none. Whose it is has been asked before. */
  get: store.cached(balancePolicy, selectBalances).load,
});

async function selectBalances(
  db: Queryable,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db.rows<{ accountId: string; balanceMinor: bigint }>(sql`
    SELECT account_id::text AS "accountId", balance_minor AS "balanceMinor" FROM balances
    WHERE account_id = ANY(${accountIds}::bigint[])`);
  return new Map(rows.map(({ accountId, balanceMinor }) => [accountId, balanceMinor]));
}
