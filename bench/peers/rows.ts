import pg from 'pg';
import type { CurrencyCode } from '../../schema/money.ts';
import { poolSize, settings } from './settings.ts';

export interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: string;
  readonly currencyCode: CurrencyCode;
  readonly category: string;
  readonly ratingHundredths: number | null;
  readonly mainImage: string | null;
}

export interface DetailsRow {
  readonly id: string;
  readonly description: string | null;
  readonly images: readonly string[];
}

export interface InventoryRow {
  readonly productId: string;
  readonly stock: number;
}

export interface ChatRow {
  readonly id: string;
  readonly kind: 'DIRECT' | 'GROUP';
  readonly title: string | null;
}

export interface MessageRow {
  readonly chatId: string;
  readonly id: string;
  readonly authorId: string | null;
  readonly text: string | null;
  readonly sentAt: Date;
}

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly role: string;
}

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: poolSize });

/** Named, so that Postgres plans a statement once for each connection: a quarter more a second than without. */
async function query<Row>(name: string, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return (await pool.query({ name, text, values: [...values] })).rows as readonly Row[];
}

const productColumns = `id::text, name, price_minor::text AS "priceMinor", currency_code AS "currencyCode", category,
  rating_hundredths AS "ratingHundredths", images[1] AS "mainImage"`;

/** The statements that the gateway sends when it has nothing cached. */
export const selectProducts = (ids: readonly string[]) =>
  query<ProductRow>('products', `SELECT ${productColumns} FROM products WHERE id = ANY($1::bigint[])`, [ids]);

/** The gateway selects the ids first, because it has the rows cached; without a cache one statement is better. */
export const selectProductsOf = (category: string, first: number) =>
  query<ProductRow>(
    'products-of',
    `SELECT ${productColumns} FROM products WHERE category = $1 ORDER BY products.id DESC LIMIT $2`,
    [category, first],
  );

export const selectDetails = (ids: readonly string[]) =>
  query<DetailsRow>(
    'details',
    'SELECT id::text, description, images FROM products WHERE id = ANY($1::bigint[])',
    [ids],
  );

export const selectInventories = (ids: readonly string[]) =>
  query<InventoryRow>(
    'inventories',
    'SELECT product_id::text AS "productId", stock FROM inventory WHERE product_id = ANY($1::bigint[])',
    [ids],
  );

export const updatePrice = (id: string, minor: string, currencyCode: CurrencyCode) =>
  query<ProductRow>(
    'update-price',
    `UPDATE products SET price_minor = $2, currency_code = $3 WHERE id = $1 RETURNING ${productColumns}`,
    [id, minor, currencyCode],
  );

/** Only those that this user is a member of. */
export const selectChats = (userId: string, ids: readonly string[]) =>
  query<ChatRow>(
    'chats',
    `SELECT chats.id::text, kind, title FROM chats JOIN chat_members ON chat_id = chats.id
     WHERE user_id = $1 AND chats.id = ANY($2::bigint[])`,
    [userId, ids],
  );

export const selectNewest = (chatIds: readonly string[], first: number) =>
  query<MessageRow>(
    'newest',
    `SELECT m.chat_id::text AS "chatId", m.id::text, m.author_id::text AS "authorId", m.text, m.sent_at AS "sentAt"
     FROM unnest($1::bigint[]) AS asked (chat_id) CROSS JOIN LATERAL (
       SELECT * FROM messages WHERE chat_id = asked.chat_id ORDER BY id DESC LIMIT $2
     ) AS m ORDER BY m.id DESC`,
    [chatIds, first],
  );

export const selectUsers = (ids: readonly string[]) =>
  query<UserRow>(
    'users',
    `SELECT id::text, username, display_name AS "displayName", avatar_url AS "avatarUrl", role
     FROM users WHERE id = ANY($1::bigint[])`,
    [ids],
  );

export const selectUrls = (linkIds: readonly string[]) =>
  query<{ readonly id: string; readonly url: string }>(
    'urls',
    `SELECT id::text, url FROM unnest($1::bigint[]) AS asked (wanted)
     CROSS JOIN LATERAL (SELECT id, url FROM links WHERE id = wanted LIMIT 1) AS found`,
    [linkIds],
  );
