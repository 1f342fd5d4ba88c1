import { z } from 'zod';
import { currencyCodes, type CurrencyCode } from '../../schema/money.ts';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { byKey, listsByKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import type { Turns } from '../../src/limits/turns.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';

const account = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  currencyCode: z.enum(currencyCodes),
  createdAt: instant,
});

/** A user's account, without what is in it. The bank's own accounts are none of these. */
export type Account = z.output<typeof account>;

const common = {
  version: 1,
  key: (id: string) => id,
  freshForMs: 3_600_000,
  staleForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
} as const;

/** Whose an account is never changes, and its name hardly ever; what is in it is an entry of its own. */
export const accountPolicy: CachePolicy<string, Account> = {
  name: 'account',
  ...common,
  missingForMs: 60_000,
  codec: jsonCodec(account),
};

/** Ids in the order of opening; a user without accounts has an empty list. */
export const accountsOfUserPolicy: CachePolicy<string, readonly string[]> = {
  name: 'accounts-of-user',
  ...common,
  missingForMs: 0,
  codec: jsonCodec(z.array(z.string())),
};

export const accountChanges: TableChanges<'id' | 'user_id'> = {
  table: 'accounts',
  columns: ['id', 'user_id'],
  keys: (row) => [keyOf(accountPolicy, row.id), keyOf(accountsOfUserPolicy, row.user_id)],
};

export interface NewAccount {
  readonly name: string;
  readonly currencyCode: CurrencyCode;
}

const longestName = 60;
const mostAccounts = 10;

export function createAccounts({ store, turns }: { readonly store: Store; readonly turns: Turns }) {
  const accounts = store.cached(accountPolicy, selectAccounts);
  const accountsOfUser = store.cached(accountsOfUserPolicy, selectAccountIds);

  async function find(userId: string, id: string): Promise<Account | undefined> {
    const found = await accounts.load(id);
    return found?.userId === userId ? found : undefined;
  }

  return {
    /** The user's own; undefined for another's, and for the bank's own, as for none. */
    find,

    /** In the order of opening. */
    async list(userId: string, request: PageRequest): Promise<Page<Account>> {
      const ids = (await accountsOfUser.load(userId)) ?? [];
      const { after } = request;
      const rest = after === undefined ? ids : ids.filter((id) => BigInt(id) > BigInt(after));
      const page = pageOf(rest, request);
      const items = await accounts.loadMany(page.items);
      return { ...page, items: items.filter((item) => item !== undefined) };
    },

    /** An empty one. */
    async open(
      userId: string,
      { name, currencyCode }: NewAccount,
    ): Promise<Outcome<Account, 'INVALID_LENGTH' | 'TOO_MANY_ACCOUNTS'>> {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > longestName) return refused(invalidName);
      const opened = await turns.take(`accounts of ${userId}`, () =>
        store.write(async (tx, changed) => {
          // One after the other, so that none is counted too few.
          await tx.rows(sql`SELECT FROM users WHERE id = ${userId}::bigint FOR NO KEY UPDATE`);
          return insertAccount(tx, changed, userId, { name: trimmed, currencyCode });
        }),
      );
      return opened === undefined ? refused(tooMany) : done(opened);
    },
  };
}

const invalidName = about('name', 'INVALID_LENGTH', `The name must have 1 to ${longestName} characters.`);
const tooMany = {
  code: 'TOO_MANY_ACCOUNTS',
  message: `One can have ${mostAccounts} accounts.`,
  field: null,
} as const;

async function selectAccounts(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Account>> {
  const rows = await db.rows<Account>(sql`
    SELECT id::text, user_id::text AS "userId", name, currency_code AS "currencyCode", created_at AS "createdAt"
    FROM accounts WHERE id = ANY(${ids}::bigint[]) AND user_id IS NOT NULL`);
  return byKey(rows, ({ id }) => id);
}

async function selectAccountIds(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.rows<{ id: string; userId: string }>(sql`
    SELECT id::text, user_id::text AS "userId" FROM accounts
    WHERE user_id = ANY(${userIds}::bigint[]) ORDER BY accounts.id`);
  const found = listsByKey(rows, ({ userId }) => userId);
  return new Map(userIds.map((userId) => [userId, (found.get(userId) ?? []).map(({ id }) => id)]));
}

/** Under the lock of the user's row. Undefined where the user has as many as one can have. */
async function insertAccount(
  tx: Queryable,
  changed: Changed,
  userId: string,
  { name, currencyCode }: NewAccount,
): Promise<Account | undefined> {
  const rows = await tx.rows<Account>(sql`
    WITH made AS (
      INSERT INTO accounts (user_id, name, currency_code)
      SELECT ${userId}::bigint, ${name}, ${currencyCode}
      WHERE (SELECT count(*) FROM accounts WHERE user_id = ${userId}::bigint) < ${mostAccounts}
      RETURNING id, user_id, name, currency_code, created_at
    ), empty AS (
      INSERT INTO balances (account_id) SELECT id FROM made
    )
    SELECT id::text, user_id::text AS "userId", name, currency_code AS "currencyCode", created_at AS "createdAt"
    FROM made`);
  const made = onlyRow(rows);
  if (made === undefined) return undefined;
  // Fenced from birth: ids can be guessed, so it may be remembered as missing.
  changed(accountPolicy, made.id);
  changed(accountsOfUserPolicy, userId);
  return made;
}
