import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../../src/testing/database.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  admin = await world.somebody('ADMIN');
});
afterAll(() => world.close());

const productQuery = `query ($id: ID!) {
  product(id: $id) {
    name price { amount currencyCode } category rating inventory { stock status } mainImage images description
  }
}`;

interface Seen {
  readonly name: string;
  readonly price: { readonly amount: string; readonly currencyCode: string };
  readonly inventory: { readonly stock: number; readonly status: string };
  readonly description: string | null;
  readonly images: readonly string[];
}

const look = async (id: string) =>
  (await world.gateway.query<{ product: Seen }>(productQuery, { variables: { id } })).data?.product;

interface List {
  readonly products: {
    readonly nodes: readonly { readonly name: string }[];
    readonly edges: readonly { readonly cursor: string }[];
    readonly totalCount: number;
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string;
      readonly endCursor: string;
    };
  };
}

const list = async (category: string, first: number, after?: string) =>
  (
    await world.gateway.query<List>(
      `query ($category: String, $first: Int, $after: Cursor) {
        products(category: $category, first: $first, after: $after) {
          nodes { name } edges { cursor } totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }`,
      { variables: { category, first, after } },
    )
  ).data?.products;

describe('creating a product', () => {
  const create = (input: Record<string, unknown>) =>
    admin.query<{ createProduct: { product: { id: string } | null; userErrors: unknown } }>(
      'mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } userErrors { code field } } }',
      { input },
    );
  const teapot = {
    name: ' Teapot ',
    category: 'kitchen',
    price: { amount: '24.5', currencyCode: 'CHF' },
    description: 'Does not drip.',
    images: ['https://images.example.com/a.jpg', 'https://images.example.com/b.jpg'],
    stock: 9,
  };

  it('shows it whole, to everybody', async () => {
    const { data } = await create(teapot);
    expect(await look(data?.createProduct.product?.id ?? '')).toEqual({
      name: 'Teapot',
      price: { amount: '24.50', currencyCode: 'CHF' },
      category: 'kitchen',
      rating: null,
      inventory: { stock: 9, status: 'LOW_STOCK' },
      mainImage: 'https://images.example.com/a.jpg',
      images: ['https://images.example.com/a.jpg', 'https://images.example.com/b.jpg'],
      description: 'Does not drip.',
    });
  });

  it.each([
    [{ name: ' ' }, 'INVALID_LENGTH', 'name'],
    [{ name: 'x'.repeat(201) }, 'INVALID_LENGTH', 'name'],
    [{ category: '' }, 'INVALID_LENGTH', 'category'],
    [{ price: { amount: '0', currencyCode: 'CHF' } }, 'INVALID_PRICE', 'price'],
    [{ price: { amount: '-1', currencyCode: 'CHF' } }, 'INVALID_PRICE', 'price'],
    [{ stock: -1 }, 'INVALID_QUANTITY', 'stock'],
    [
      { images: Array.from({ length: 21 }, () => 'https://images.example.com/a.jpg') },
      'INVALID_LENGTH',
      'images',
    ],
  ])('refuses %j with %s', async (fault, code, field) => {
    expect((await create({ ...teapot, ...fault })).data?.createProduct).toEqual({
      product: null,
      userErrors: [{ code, field: ['input', field] }],
    });
  });

  it.each([
    ['24.505', 'CHF'],
    ['100.5', 'JPY'],
  ])('does not round %s %s', async (amount, currencyCode) => {
    const { errors } = await create({ ...teapot, price: { amount, currencyCode } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('changing a product', () => {
  const update = (input: Record<string, unknown>) =>
    admin.query<{ updateProduct: unknown }>(
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { name price { amount } } userErrors { code } } }',
      { input },
    );

  it('shows the change to everybody at once, in the product and in lists, and keeps the rest', async () => {
    const id = toGlobalId('Product', await world.product({ name: 'Pan', category: 'changing' }));
    await look(id);
    await list('changing', 5);
    const { data } = await update({ id, name: 'Copper Pan', price: { amount: '30', currencyCode: 'EUR' } });
    expect(data?.updateProduct).toEqual({
      product: { name: 'Copper Pan', price: { amount: '30.00' } },
      userErrors: [],
    });
    expect(await look(id)).toMatchObject({
      name: 'Copper Pan',
      description: 'Boils water.',
      inventory: { stock: 25 },
    });
    expect((await list('changing', 5))?.nodes).toEqual([{ name: 'Copper Pan' }]);
  });

  it('removes a description with null, and pictures with an empty list', async () => {
    const id = toGlobalId('Product', await world.product());
    await look(id);
    await update({ id, description: null, images: [] });
    expect(await look(id)).toMatchObject({ description: null, images: [], mainImage: null });
  });

  it('says when there is no such product', async () => {
    const { errors } = await update({ id: toGlobalId('Product', '999999'), name: 'Ghost' });
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('stock', () => {
  const restock = (id: string, quantity: number) =>
    admin.query<{ restockProduct: unknown }>(
      `mutation ($input: RestockProductInput!) {
        restockProduct(input: $input) { product { inventory { stock status } } userErrors { code field } }
      }`,
      { input: { id, quantity } },
    );

  it('shows a restock at once, though none was remembered for five minutes', async () => {
    const id = toGlobalId('Product', await world.product({ stock: 0 }));
    expect((await look(id))?.inventory).toEqual({ stock: 0, status: 'OUT_OF_STOCK' });
    const { data } = await restock(id, 10);
    expect(data?.restockProduct).toEqual({
      product: { inventory: { stock: 10, status: 'IN_STOCK' } },
      userErrors: [],
    });
    expect((await look(id))?.inventory).toEqual({ stock: 10, status: 'IN_STOCK' });
  });

  it('adds up when several restock at once', async () => {
    const id = toGlobalId('Product', await world.product({ stock: 0 }));
    await Promise.all(Array.from({ length: 20 }, () => restock(id, 3)));
    expect((await look(id))?.inventory.stock).toBe(60);
  });

  it('refuses quantities out of range, and a shelf that would overflow', async () => {
    const id = toGlobalId('Product', await world.product({ stock: 999_999_999 }));
    for (const quantity of [0, -5, 1_000_001, 10]) {
      expect((await restock(id, quantity)).data?.restockProduct).toEqual({
        product: null,
        userErrors: [{ code: 'INVALID_QUANTITY', field: ['input', 'quantity'] }],
      });
    }
  });
});

describe('paging by category', () => {
  it('visits every product once, newest first, and knows where it is', async () => {
    for (let number = 1; number <= 7; number += 1)
      await world.product({ name: `Book ${number}`, category: 'paging' });
    await world.product({ name: 'Stranger', category: 'elsewhere' });
    const names: string[] = [];
    let after: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await list('paging', 3, after);
      names.push(...(page?.nodes ?? []).map(({ name }) => name));
      expect(page?.totalCount).toBe(7);
      expect(page?.pageInfo.hasPreviousPage).toBe(pages > 1);
      expect(page?.pageInfo.startCursor).toBe(page?.edges[0]?.cursor);
      if (page?.pageInfo.hasNextPage !== true) break;
      after = page.pageInfo.endCursor;
    }
    expect(names).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `Book ${number}`));
  });

  it('gives an empty page for a category that nobody uses', async () => {
    expect(await list('nothing-here', 3)).toMatchObject({
      nodes: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });

  it('survives a product that vanishes between the list and the look', async () => {
    const id = await world.product({ category: 'vanishing' });
    await list('vanishing', 3);
    await onServer(world.database.primaryUrl, 'DELETE FROM products WHERE id = $1', [id]);
    expect((await list('vanishing', 3))?.edges.length).toBeLessThanOrEqual(1);
  });
});
