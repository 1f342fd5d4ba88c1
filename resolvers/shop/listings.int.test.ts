import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import { quiet, type Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
/** Keeps entries and no answers. */
let apart: Gateway;
let admin: Person;
beforeAll(async () => {
  world = await createWorld(quiet);
  second = await world.anotherGateway(quiet);
  apart = await world.anotherGateway({ ...quiet, env: { ...quiet.env, RESPONSE_CACHE_MB: '0' } });
  admin = await world.somebody('ADMIN');
});
afterAll(() => world.close());

interface Listed {
  readonly products: {
    readonly nodes: readonly { readonly name: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly totalCount: number;
  };
}

const document = `query ($category: String, $first: Int, $after: Cursor) {
  products(category: $category, first: $first, after: $after) {
    nodes { name } pageInfo { hasNextPage endCursor } totalCount
  }
}`;

/** Reads, and waits until what was read is stored. */
async function read(
  category: string | undefined,
  { first, after, gateway = second }: { first?: number; after?: string | null; gateway?: Gateway } = {},
) {
  const { data, errors } = await gateway.query<Listed>(document, { variables: { category, first, after } });
  expect(errors).toEqual([]);
  await gateway.app.idle();
  if (data == null) throw new Error('no answer');
  const { nodes, pageInfo, totalCount } = data.products;
  return { names: nodes.map(({ name }) => name), ...pageInfo, totalCount };
}

const seen = async (category: string) => {
  const { names, totalCount } = await read(category);
  return { names, totalCount };
};

/** Rows past the gateway, the last one the newest. */
async function stock(category: string, names: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push(await world.product({ category, name }));
  await world.database.replicated();
  return ids;
}

const mutate = async (field: 'createProduct' | 'updateProduct', input: Readonly<Record<string, unknown>>) => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const { errors } = await admin.query(
    `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
    { input },
  );
  expect(errors).toEqual([]);
};

describe('a list of products', () => {
  const costs = async (category: string, options: { first?: number; after?: string | null } = {}) => {
    const { counts } = await apart.counting(() => read(category, { ...options, gateway: apart }));
    return counts;
  };

  it('costs a statement each for its ids and its products; then a round trip each; then, of copies, the first alone', async () => {
    await stock('counted', ['one', 'two', 'three']);
    expect((await costs('counted')).postgres).toEqual({ 'replica-1': 2 });
    expect(await costs('counted')).toEqual({ redis: { both: 2 }, postgres: {} });
    expect(await costs('counted')).toEqual({ redis: { both: 1 }, postgres: {} });
  });

  it('that is longer than a page can be costs one more for its size', async () => {
    await stock(
      'sized',
      Array.from({ length: 102 }, (_, index) => `sized ${index}`),
    );
    expect((await costs('sized', { first: 1 })).postgres).toEqual({ 'replica-1': 3 });
    expect((await costs('sized', { first: 1 })).postgres).toEqual({});
    expect(await read('sized', { first: 1 })).toMatchObject({ names: ['sized 101'], totalCount: 102 });
  });

  it('of a category that nobody uses is remembered as well', async () => {
    await read('unused');
    expect(await costs('unused')).toEqual({ redis: { both: 1 }, postgres: {} });
  });

  it('of a category that is longer than the gateway would write is read each time', async () => {
    const long = 'x'.repeat(61);
    expect(await seen(long)).toEqual({ names: [], totalCount: 0 });
    await stock(long, ['written past the gateway']);
    expect(await seen(long)).toEqual({ names: ['written past the gateway'], totalCount: 1 });
    expect((await costs(long)).postgres).toEqual({ 'replica-1': 2 });
  });

  it('beside others is one statement for all of their ids', async () => {
    await stock('beside', ['here']);
    const { result, counts } = await second.counting(() =>
      second.query(`{ a: products(category: "beside") { nodes { name } } b: products(category: "elsewhere") { nodes { name } }
        c: products(first: 1) { nodes { name } } }`),
    );
    expect(result.data).toEqual({
      a: { nodes: [{ name: 'here' }] },
      b: { nodes: [] },
      c: { nodes: [{ name: 'here' }] },
    });
    expect(counts.postgres).toEqual({ 'replica-1': 2 });
  });

  it('is whole, and without a seam between what is kept of it and what is not', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `page ${index}`);
    await stock('long', names);
    const walked: string[] = [];
    const costsOfPages: unknown[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage;) {
      const page = await read('long', { first: 40, after });
      walked.push(...page.names);
      ({ hasNextPage, endCursor: after } = page);
    }
    expect(walked).toEqual(names.toReversed());
    for (const limit of [100, 99, 101 - 40])
      expect((await read('long', { first: limit })).hasNextPage).toBe(true);
    after = null;
    for (let page = 0; page < 4; page += 1) {
      const { counts } = await second.counting(() => read('long', { first: 40, after }));
      costsOfPages.push(counts.postgres);
      ({ endCursor: after } = await read('long', { first: 40, after }));
    }
    // The newest 101 are kept: two pages of 40, with the one that tells of more.
    expect(costsOfPages).toEqual([{}, {}, { 'replica-1': 1 }, { 'replica-1': 1 }]);
  });
});

describe('what is written through another gateway shows at once in a list that is kept', () => {
  const price = { amount: '5', currencyCode: 'EUR' };

  it('a new product, in its category and among all', async () => {
    await stock('made', ['first']);
    expect(await seen('made')).toEqual({ names: ['first'], totalCount: 1 });
    const all = await read(undefined, { first: 1 });
    await mutate('createProduct', { name: 'second', category: ' made ', price });
    expect(await seen('made')).toEqual({ names: ['second', 'first'], totalCount: 2 });
    expect(await read(undefined, { first: 1 })).toMatchObject({
      names: ['second'],
      totalCount: all.totalCount + 1,
    });
  });

  it('a product that moves, where it was and where it is', async () => {
    const [moving = ''] = await stock('left', ['moving', 'staying']);
    expect(await seen('left')).toEqual({ names: ['staying', 'moving'], totalCount: 2 });
    expect(await seen('entered')).toEqual({ names: [], totalCount: 0 });
    await mutate('updateProduct', { id: toGlobalId('Product', moving), category: 'entered' });
    expect(await seen('left')).toEqual({ names: ['staying'], totalCount: 1 });
    expect(await seen('entered')).toEqual({ names: ['moving'], totalCount: 1 });
  });

  it('a new price leaves the lists as they are, and shows in them', async () => {
    const [id = ''] = await stock('priced', ['dear']);
    const prices = async (gateway: Gateway) => {
      const asked = '{ products(category: "priced") { nodes { price { amount } } } }';
      return gateway.counting(async () => (await gateway.query(asked)).data);
    };
    await prices(world.gateway);
    await world.gateway.app.idle();
    await mutate('updateProduct', { id: toGlobalId('Product', id), price });
    const { result, counts } = await prices(world.gateway);
    expect(result).toEqual({ products: { nodes: [{ price: { amount: '5.00' } }] } });
    // Of the product alone, from where the fence allows.
    expect(Object.values(counts.postgres)).toEqual([1]);
  });
});

describe('what is written past the gateways', () => {
  it('is not seen where nobody follows the log: the control', async () => {
    await stock('unfollowed', ['first']);
    expect(await seen('unfollowed')).toEqual({ names: ['first'], totalCount: 1 });
    await stock('unfollowed', ['second']);
    expect(await seen('unfollowed')).toEqual({ names: ['first'], totalCount: 1 });
  });

  it('shows in lists where it is followed', async () => {
    const { primaryUrl } = world.database;
    const backstop = await startBackstop({ app: world.app, primaryUrl, redisUrl: inject('redisUrl') });
    await backstop.follows();
    const [gone, moved] = await stock('followed', ['gone', 'moved']);
    const becomes = async (category: string, names: readonly string[]) => {
      await world.database.replicated();
      await expect.poll(() => seen(category), patience).toEqual({ names, totalCount: names.length });
    };
    await becomes('followed', ['moved', 'gone']);
    await stock('followed', ['new']);
    await becomes('followed', ['new', 'moved', 'gone']);
    await onServer(primaryUrl, 'DELETE FROM products WHERE id = $1', [gone]);
    await becomes('followed', ['new', 'moved']);
    await becomes('followed elsewhere', []);
    await onServer(primaryUrl, `UPDATE products SET category = 'followed elsewhere' WHERE id = $1`, [moved]);
    await becomes('followed', ['new']);
    await becomes('followed elsewhere', ['moved']);
  });
});
