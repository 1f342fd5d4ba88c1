import { z } from 'zod';
import { currencyCodes, type CurrencyCode, type MinorMoney } from '../../schema/money.ts';
import { instant, jsonCodec, whole } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { listsByKey } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { pageOf, type Page, type PageRequest } from '../../src/store/page.ts';
import type { Changed, Store } from '../../src/store/store.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';

const orderLine = z.object({
  productId: z.string(),
  /** As it was called then. */
  name: z.string(),
  quantity: z.int(),
  unitPriceMinor: whole,
});

const order = z.object({
  id: z.string(),
  userId: z.string(),
  status: z.enum(['PLACED', 'PAID']),
  currencyCode: z.enum(currencyCodes),
  totalMinor: whole,
  placedAt: instant,
  /** Null while it is not paid. */
  payment: z.object({ entryId: z.string(), paidAt: instant }).nullable(),
  lines: z.array(orderLine),
});

export type OrderLine = z.output<typeof orderLine>;

/** What was bought at once, at the prices of then; all in one currency. */
export type Order = z.output<typeof order>;

/** A line with the currency of its order. */
export interface PricedLine extends OrderLine {
  readonly currencyCode: CurrencyCode;
}

export interface OrderPayment {
  readonly amount: MinorMoney;
  readonly paidAt: Date;
  /** The buyer's entry in the bank's ledger. */
  readonly entryId: string;
}

/** It hardly ever changes. */
export const orderPolicy: CachePolicy<string, Order> = {
  name: 'order',
  version: 1,
  key: (id) => id,
  freshForMs: 6 * 3_600_000,
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(order),
};

const recentOrders = z.object({
  /** Newest first. */
  ids: z.array(z.string()),
  /** Whether there are more than these. */
  hasMore: z.boolean(),
});

type RecentOrders = z.output<typeof recentOrders>;

/** A user's newest orders, by id alone: each order is an entry of its own. Who has none has an empty list. */
export const recentOrdersPolicy: CachePolicy<string, RecentOrders> = {
  name: 'recent-orders',
  version: 1,
  key: (userId) => userId,
  freshForMs: 3_600_000,
  staleForMs: 0,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(recentOrders),
};

export const orderChanges: TableChanges<'user_id' | 'id'> = {
  table: 'orders',
  columns: ['user_id', 'id'],
  keys: ({ user_id, id }) => [keyOf(orderPolicy, id), keyOf(recentOrdersPolicy, user_id)],
};

/** An order's lines are a part of its entry. */
export const orderLineChanges: TableChanges<'order_id'> = {
  table: 'order_lines',
  columns: ['order_id'],
  keys: ({ order_id }) => [keyOf(orderPolicy, order_id)],
};

/** Names what a new order makes old; it may be remembered as missing. */
export function noteOrder(changed: Changed, { id, userId }: Pick<Order, 'id' | 'userId'>): void {
  changed(orderPolicy, id);
  changed(recentOrdersPolicy, userId);
}

export const totalOf = ({ totalMinor, currencyCode }: Order): MinorMoney => ({
  amountMinor: totalMinor,
  currencyCode,
});

/** The cache keeps so many ids of each user. */
const recentCount = 20;

export function createOrders({ store }: { readonly store: Store }) {
  const orders = store.cached(orderPolicy, selectOrders);
  const recents = store.cached(recentOrdersPolicy, selectRecent);

  async function pageOfIds(userId: string, request: PageRequest): Promise<Page<string>> {
    const { after, limit } = request;
    const { ids, hasMore } = (await recents.load(userId)) ?? nothing;
    const cached = after === undefined ? ids : ids.filter((id) => BigInt(id) < BigInt(after));
    if (!hasMore) return pageOf(cached, request);
    if (cached.length >= limit) return { items: cached.slice(0, limit), hasNextPage: true };
    const last = cached.at(-1) ?? after;
    if (last === undefined) throw new Error('an empty list with more behind it');
    return pageOf([...cached, ...(await listOlder(userId, last, limit + 1 - cached.length))], request);
  }

  /**
   * A user's orders are committed in the order of their ids, under the lock of the user's cart; so a server that has the one
   * given has all before it. A replica that has not is passed over, lest what lies between is skipped.
   */
  async function listOlder(userId: string, than: string, limit: number): Promise<readonly string[]> {
    const select = (db: Queryable) => selectIdsUpTo(db, userId, than, limit + 1);
    const seen = await store.read(select);
    const ids = seen[0] === than ? seen : await store.read(select, { primary: 'preferred' });
    return ids.filter((id) => id !== than).slice(0, limit);
  }

  return {
    /** The user's own; undefined for another's as for none. */
    async get(userId: string, id: string): Promise<Order | undefined> {
      const found = await orders.load(id);
      return found?.userId === userId ? found : undefined;
    },

    /** Newest first: what the cache has, and behind it, without a seam, what only Postgres has. */
    async list(userId: string, request: PageRequest): Promise<Page<Order>> {
      const { items, hasNextPage } = await pageOfIds(userId, request);
      const found = await orders.loadMany(items);
      return { items: found.filter((each) => each !== undefined), hasNextPage };
    },
  };
}

const nothing: RecentOrders = { ids: [], hasMore: false };

interface OrderRow extends OrderLine {
  readonly id: string;
  readonly userId: string;
  readonly status: Order['status'];
  readonly currencyCode: CurrencyCode;
  readonly totalMinor: bigint;
  readonly placedAt: Date;
  readonly entryId: string | null;
  readonly paidAt: Date | null;
}

async function selectOrders(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Order>> {
  const rows = await db.rows<OrderRow>(sql`
    SELECT o.id::text, o.user_id::text AS "userId", o.status, o.currency_code AS "currencyCode",
      o.total_minor AS "totalMinor", o.placed_at AS "placedAt", o.payment_entry_id::text AS "entryId",
      o.paid_at AS "paidAt", l.product_id::text AS "productId", l.name, l.quantity,
      l.unit_price_minor AS "unitPriceMinor"
    FROM orders o JOIN order_lines l ON l.order_id = o.id
    WHERE o.id = ANY(${ids}::bigint[]) ORDER BY l.order_id, l.line`);
  return new Map([...listsByKey(rows, ({ id }) => id)].map(([id, lines]) => [id, toOrder(lines)]));
}

function toOrder(rows: readonly OrderRow[]): Order {
  const [first] = rows;
  if (first === undefined) throw new Error('an order without lines');
  const { id, userId, status, currencyCode, totalMinor, placedAt, entryId, paidAt } = first;
  return {
    id,
    userId,
    status,
    currencyCode,
    totalMinor,
    placedAt,
    payment: entryId === null || paidAt === null ? null : { entryId, paidAt },
    lines: rows.map(({ productId, name, quantity, unitPriceMinor }) => ({
      productId,
      name,
      quantity,
      unitPriceMinor,
    })),
  };
}

async function selectRecent(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, RecentOrders>> {
  const rows = await db.rows<{ userId: string; ids: readonly string[] }>(sql`
    SELECT asked.user_id::text AS "userId",
      ARRAY(SELECT id::text FROM orders o WHERE o.user_id = asked.user_id ORDER BY o.id DESC LIMIT ${recentCount + 1}) AS ids
    FROM unnest(${userIds}::bigint[]) AS asked (user_id)`);
  return new Map(
    rows.map(({ userId, ids }) => [
      userId,
      { ids: ids.slice(0, recentCount), hasMore: ids.length > recentCount },
    ]),
  );
}

async function selectIdsUpTo(
  db: Queryable,
  userId: string,
  id: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(sql`
    SELECT id::text FROM orders WHERE user_id = ${userId}::bigint AND id <= ${id}::bigint
    ORDER BY orders.id DESC LIMIT ${limit}`);
  return rows.map((row) => row.id);
}
