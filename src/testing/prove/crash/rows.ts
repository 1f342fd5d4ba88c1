import { idOf } from '../../../../schema/global-id.ts';
import { postQuery, type Answer } from '../../gateway.ts';

/** A row that is changed once, and how clients see it. */
export interface Row {
  readonly what: 'price' | 'stock' | 'name' | 'session';
  readonly strict: boolean;
  /** What shows it, and to whom. */
  readonly selection: string;
  readonly reader: string | undefined;
  /** Whether the answer shows it as it was before the change. Throws for anything but the two expected. */
  readonly isOld: (answer: Seen) => boolean;
  /** SQL for a boolean: whether the change is visible. */
  readonly isChanged: string;
  /** The change as a client of a gateway makes it; undefined where no client can. */
  readonly mutation?: Mutation;
  /** The change past every gateway. */
  readonly statement: string;
}

type Seen = Answer<{
  readonly product?: {
    readonly price?: { readonly amount: string };
    readonly inventory?: { readonly stock: number };
  } | null;
  readonly node?: { readonly displayName?: string } | null;
  readonly viewer?: unknown;
}>;

interface Mutation {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/** All that is seeded alike: 10.00 and 50 pieces. */
export function priceRow(productId: string, token: string): Row {
  const key = idOf('Product', productId);
  return {
    what: 'price',
    strict: false,
    selection: `product(id: "${productId}") { price { amount } }`,
    reader: undefined,
    isOld: (seen) => either(seen, seen.data?.product?.price?.amount, '10.00', '12.50'),
    isChanged: `SELECT price_minor = 1250 FROM products WHERE id = ${key}`,
    mutation: {
      document: 'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }',
      variables: { input: { id: productId, price: { amount: '12.50', currencyCode: 'EUR' } } },
      token,
    },
    statement: `UPDATE products SET price_minor = 1250 WHERE id = ${key}`,
  };
}

export function stockRow(productId: string, token: string): Row {
  const key = idOf('Product', productId);
  return {
    what: 'stock',
    strict: true,
    selection: `product(id: "${productId}") { inventory { stock } }`,
    reader: undefined,
    isOld: (seen) => either(seen, seen.data?.product?.inventory?.stock, 50, 57),
    isChanged: `SELECT stock = 57 FROM inventory WHERE product_id = ${key}`,
    mutation: {
      document:
        'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { product { id } } }',
      variables: { input: { id: productId, quantity: 7 } },
      token,
    },
    statement: `UPDATE inventory SET stock = 57 WHERE product_id = ${key}`,
  };
}

/** The session of `token`, which is ended. */
export function sessionRow(token: string): Row {
  const id = sessionOf(token);
  return {
    what: 'session',
    strict: true,
    selection: 'viewer { id }',
    reader: token,
    isOld: (seen) =>
      either(seen, seen.errors[0]?.extensions.code ?? seen.data?.viewer != null, true, 'UNAUTHENTICATED'),
    isChanged: `SELECT revoked_at IS NOT NULL FROM sessions WHERE id = ${id}`,
    mutation: { document: 'mutation { signOut { endedSessions } }', token },
    statement: `UPDATE sessions SET revoked_at = now() WHERE id = ${id}`,
  };
}

/** The name that a user shows. */
export function nameRow(userId: string, from: string, to: string): Row {
  const key = idOf('User', userId);
  return {
    what: 'name',
    strict: false,
    selection: `node(id: "${userId}") { ... on User { displayName } }`,
    reader: undefined,
    isOld: (seen) => either(seen, seen.data?.node?.displayName, from, to),
    isChanged: `SELECT display_name = '${to}' FROM users WHERE id = ${key}`,
    statement: `UPDATE users SET display_name = '${to}' WHERE id = ${key}`,
  };
}

/** One question for all of them, which have one reader; the rows that the gateway shows old. */
export async function askFor(url: string, rows: readonly Row[]): Promise<readonly Row[]> {
  const document = `{ ${rows.map(({ selection }) => selection).join(' ')} }`;
  const seen: Seen = await postQuery(url, document, { token: rows[0]?.reader });
  return rows.filter((row) => row.isOld(seen));
}

/** Rows that one question can show, together. */
export const byReader = (rows: readonly Row[]): readonly (readonly Row[])[] =>
  [...new Set(rows.map(({ reader }) => reader))].map((reader) => rows.filter((row) => row.reader === reader));

function either<T>(seen: Seen, shown: T | undefined, old: T, changed: T): boolean {
  if (shown !== old && shown !== changed) throw new Error(`neither old nor new: ${JSON.stringify(seen)}`);
  return shown === old;
}

function sessionOf(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { readonly sid: string }).sid;
}
