import { ask, type Asking } from './asking.ts';
import { crowded } from './crowd.ts';
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
  /** The cursor behind which the crowd's list is in no cache. */
  readonly behindCrowd: string;
  /** Whether the second gateway has a copy of the old row in its process. */
  readonly withCopy: boolean;
}

export const whats = ['row', 'profile', 'list of moved', 'list of new'] as const;
export type What = (typeof whats)[number];

const change = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }`;
const create = `mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } userErrors { code } } }`;
const rename = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }`;
const rowQuery = `query ($id: ID!) { product(id: $id) { price { amount } description } }`;
const listQuery = `query ($category: String!) { products(category: $category, first: 5) { totalCount nodes { id } } }`;
const categoryQuery = 'query ($id: ID!) { product(id: $id) { category } }';
const behindQuery = `query ($after: Cursor) { products(category: "${crowded}", first: 100, after: $after) { nodes { id } } }`;
const viewerQuery = '{ viewer { displayName } }';
const userQuery = 'query ($id: ID!) { user(id: $id) { displayName } }';

/** Writes through one gateway and asks the other at once; resolves to whether it saw what was there before. */
export function isOld(what: What, pair: Pair): Promise<boolean> {
  switch (what) {
    case 'row':
      return isRowOld(pair);
    case 'profile':
      return isProfileOld(pair);
    case 'list of moved':
      return isCrowdOld(pair);
    case 'list of new':
      return isListOld(pair);
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

/** Of a cached list, and mostly one that was cached while it was empty. */
async function isListOld(pair: Pair): Promise<boolean> {
  const category = `${pair.writer.name}-${pair.by}-${pair.number}`;
  const asking = { document: listQuery, variables: { category } };
  if (pair.withCopy) await ask(pair.urls[1], asking);
  const price = { amount: '1.00', currencyCode: 'EUR' };
  const { data, written } = await ask<{ createProduct: { product: { id: string } } }>(pair.urls[0], {
    document: create,
    variables: { input: { name: 'New', category, price } },
    session: pair.writer.session,
  });
  const { products } = await look<{ products: { totalCount: number; nodes: readonly { id: string }[] } }>(
    pair,
    written,
    asking,
  );
  return products.totalCount !== 1 || products.nodes[0]?.id !== data.createProduct.product.id;
}

/** Of the part of a list that no cache has: a product comes into the crowd, or leaves it. */
async function isCrowdOld(pair: Pair): Promise<boolean> {
  const { productId: id, session } = pair.writer;
  const { data } = await ask<{ product: { category: string } }>(pair.urls[0], {
    ...{ document: categoryQuery, variables: { id }, session },
  });
  const wasIn = data.product.category === crowded;
  const written = await write(pair, change, { id, category: wasIn ? pair.writer.name : crowded });
  const { products } = await look<{ products: { nodes: readonly { id: string }[] } }>(pair, written, {
    document: behindQuery,
    variables: { after: pair.behindCrowd },
  });
  return products.nodes.some((node) => node.id === id) === wasIn;
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
