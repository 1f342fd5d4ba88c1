import { ask, type Asking } from './asking.ts';
import type { Writer } from './writer.ts';

/** How a later request says who it is: by its session, by the header of the write, or not at all. */
export type By = 'session' | 'token' | 'nobody';

export interface Pair {
  /** Where the write goes, and where it is looked for. */
  readonly urls: readonly [write: string, read: string];
  readonly writer: Writer;
  /** Different for each pair of one writer. */
  readonly number: number;
  readonly by: By;
  /** Whether the second gateway has a copy of the old row in its process. */
  readonly withCopy: boolean;
}

export const whats = ['row', 'profile', 'list of changed', 'list of new'] as const;
export type What = (typeof whats)[number];

const change = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }`;
const create = `mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } userErrors { code } } }`;
const rename = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }`;
const rowQuery = `query ($id: ID!) { product(id: $id) { price { amount } description } }`;
const listQuery = `query ($category: String!) { products(category: $category, first: 5) { totalCount nodes { id } } }`;
const viewerQuery = '{ viewer { displayName } }';
const userQuery = 'query ($id: ID!) { user(id: $id) { displayName } }';

/** Writes through one gateway and asks the other at once; resolves to whether it saw what was there before. */
export function isOld(what: What, pair: Pair): Promise<boolean> {
  switch (what) {
    case 'row':
      return isRowOld(pair);
    case 'profile':
      return isProfileOld(pair);
    case 'list of changed':
      return isListOld(pair, async (category) => {
        const input = { id: pair.writer.productId, category };
        return { written: await write(pair, change, input), id: pair.writer.productId };
      });
    case 'list of new':
      return isListOld(pair, async (category) => {
        const price = { amount: '1.00', currencyCode: 'EUR' };
        const { data, written } = await ask<{ createProduct: { product: { id: string } } }>(pair.urls[0], {
          document: create,
          variables: { input: { name: 'New', category, price } },
          session: pair.writer.session,
        });
        return { written, id: data.createProduct.product.id };
      });
  }
}

async function isRowOld(pair: Pair): Promise<boolean> {
  const { productId: id } = pair.writer;
  const amount = `${pair.number + 11}.00`;
  const text = `${pair.by} ${pair.number}`;
  const document = rowQuery;
  if (pair.withCopy) await ask(pair.urls[1], { document, variables: { id } });
  const written = await write(pair, change, {
    id,
    price: { amount, currencyCode: 'EUR' },
    description: text,
  });
  const { product } = await look<{ product: { price: { amount: string }; description: string } }>(
    pair,
    written,
    {
      document,
      variables: { id },
    },
  );
  return product.price.amount !== amount || product.description !== text;
}

async function isProfileOld(pair: Pair): Promise<boolean> {
  const { userId: id } = pair.writer;
  const name = `${pair.by} ${pair.number}`;
  if (pair.withCopy) await ask(pair.urls[1], { document: userQuery, variables: { id } });
  const written = await write(pair, rename, { displayName: name });
  const { viewer, user } = await look<{
    readonly viewer?: { displayName: string };
    readonly user?: { displayName: string };
  }>(
    pair,
    written,
    pair.by === 'session' ? { document: viewerQuery } : { document: userQuery, variables: { id } },
  );
  return (viewer ?? user)?.displayName !== name;
}

async function isListOld(
  pair: Pair,
  put: (category: string) => Promise<{ readonly written: string | undefined; readonly id: string }>,
): Promise<boolean> {
  const category = `${pair.writer.name}-${pair.by}-${pair.number}`;
  const { written, id } = await put(category);
  const { products } = await look<{ products: { totalCount: number; nodes: readonly { id: string }[] } }>(
    pair,
    written,
    { document: listQuery, variables: { category } },
  );
  return products.totalCount !== 1 || products.nodes[0]?.id !== id;
}

async function write(
  { urls, writer }: Pair,
  document: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { data, written } = await ask(urls[0], { document, variables: { input }, session: writer.session });
  if (!JSON.stringify(data).includes('"userErrors":[]')) throw new Error(JSON.stringify(data));
  return written;
}

async function look<Data>(pair: Pair, written: string | undefined, asking: Asking): Promise<Data> {
  if (written === undefined) throw new Error('a write was answered without its token');
  const { data } = await ask<Data>(pair.urls[1], {
    ...asking,
    ...(pair.by === 'session' && { session: pair.writer.session }),
    ...(pair.by === 'token' && { written }),
  });
  return data;
}
