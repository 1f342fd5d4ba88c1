import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createFaultProxy } from '../../src/testing/servers/fault-proxy.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  admin = await world.somebody('ADMIN');
});
afterAll(() => world.close());

interface Search {
  readonly searchProducts: {
    readonly nodes: readonly {
      readonly name: string;
      readonly price: { readonly amount: string };
      readonly inventory: { readonly stock: number };
    }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly name: string } }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly endCursor: string | null;
    };
    readonly totalCount: number;
    readonly isTotalCapped: boolean;
  };
}

interface PageOf {
  readonly first?: number;
  readonly after?: string | undefined;
}

const ask = (query: string, page: PageOf = {}, gateway = world.gateway) =>
  gateway.query<Search>(
    `query ($query: String!, $first: Int, $after: Cursor) {
      searchProducts(query: $query, first: $first, after: $after) {
        nodes { name price { amount } inventory { stock } } edges { cursor node { name } }
        pageInfo { hasNextPage hasPreviousPage endCursor } totalCount isTotalCapped
      }
    }`,
    { variables: { query, ...page } },
  );

async function search(...args: Parameters<typeof ask>) {
  const { data, errors } = await ask(...args);
  expect(errors).toEqual([]);
  if (data == null) throw new Error('no answer');
  return data.searchProducts;
}

const namesOf = async (...args: Parameters<typeof ask>) =>
  (await search(...args)).nodes.map(({ name }) => name);

/** Rows past the gateway; name, category and description. Resolves to their keys. */
async function stocked(
  ...rows: readonly (readonly [name: string, category?: string, description?: string])[]
) {
  const made = await onServer<{ id: string }>(
    world.database.primaryUrl,
    `WITH made AS (
       INSERT INTO products (name, price_minor, currency_code, category, description, created_at)
       SELECT name, 1000, 'EUR', category, description, now() - interval '2 days'
       FROM unnest($1::text[], $2::text[], $3::text[]) AS t (name, category, description) RETURNING id)
     INSERT INTO inventory SELECT id, 5 FROM made RETURNING product_id::text AS id`,
    [0, 1, 2].map((part) => rows.map((row) => row[part] ?? 'other')),
  );
  await world.database.replicated();
  return made.map(({ id }) => id);
}

describe('what is found', () => {
  it('comes by name, then category, then description; a whole word before a beginning', async () => {
    await stocked(
      ['Mug', 'other', 'Goes with a zitherly.'],
      ['Bowl', 'zitherly'],
      ['Zitherlyton'],
      ['Zitherly'],
      ['Unrelated'],
    );
    expect(await namesOf('zitherly')).toEqual(['Zitherly', 'Zitherlyton', 'Bowl', 'Mug']);
  });

  it('of equal relevance comes by popularity, then by id', async () => {
    const ids = await stocked(['Quoll one'], ['Quoll two'], ['Quoll six']);
    await onServer(
      world.database.primaryUrl,
      'INSERT INTO product_popularity VALUES ($1, 20001), ($2, 20002)',
      [ids[1], ids[2]],
    );
    await world.database.replicated();
    expect(await namesOf('quoll')).toEqual(['Quoll six', 'Quoll two', 'Quoll one']);
  });

  it('has all words, each at least as a beginning, in whatever order and place', async () => {
    await stocked(['Verdigris kettle', 'kitchen'], ['Verdigris pan', 'kitchen'], ['Kettle', 'garden']);
    expect(await namesOf('KITCH ket verd')).toEqual(['Verdigris kettle']);
    expect(await namesOf('verdigris lamp')).toEqual([]);
  });

  it.each([
    ['Crème brûlée torch', 'creme brulee'],
    ['Cre\u0301me anglaise jug', 'cr\u00e9me ANGLAISE'],
    ['Große Straßenlampe', 'grosse STRASSENLAMPE'],
    ['Straßenbahn', 'straßenb'],
    ['Ｆｕｌｌｗｉｄｔｈ cup', 'fullwidth'],
    ['أباريق الشاي', 'أباريق'],
    ['Чайник электрический', 'ЧАЙНИК'],
    ['急須 セット', '急須'],
    ['O’Brien’s teapot-stand', "o'brien stand"],
    ['🎧Over-ear headset', 'ear headset 🎧'],
    ['C++ coaster, 3.5"', 'c++ coaster 3.5'],
    ['1/2 inch İstanbul pipe', 'istanbul ½'],
  ])('%j is found by %j', async (name, query) => {
    await stocked([name]);
    expect(await namesOf(query)).toEqual([name]);
  });
});

describe('hostile queries', () => {
  it.each([
    '',
    '   ',
    '& | ! <-> :*',
    "'; DROP TABLE products; --",
    "' | zzz:* & !('",
    '\\',
    "\\'",
    '"""',
    '🎧🎧🎧',
    '%_%',
    ':*',
    '<script>alert(1)</script>',
    '(((((((((((((((',
    '__proto__ constructor',
    '\u202E\u200B\uFEFF',
    "zzz' OR '1'='1",
  ])('%j find nothing, and do nothing', async (query) => {
    expect(await search(query)).toMatchObject({ nodes: [], totalCount: 0, isTotalCapped: false });
  });

  it.each([
    ['x'.repeat(10_000), 'A search has at most 200 characters.'],
    ['a b c d e f g h i j k l m n o p q r', 'A search has at most 16 words.'],
  ])('that are too long are refused', async (query, message) => {
    const { errors } = await ask(query);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each(['a\u0000b', '\uD800', '\uDFFF\uD800 x'])('%j is refused, as in every variable', async (query) => {
    expect((await ask(query)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each([0, -1, 101])('first: %i is refused', async (first) => {
    expect((await ask('kettle', { first })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('paging', () => {
  it('visits each once, across blocks of what is cached, whatever the size of a page', async () => {
    await stocked(...Array.from({ length: 230 }, (_, number) => [`Pagination ${number}`] as const));
    for (const first of [30, 70, 100]) {
      const names: string[] = [];
      for (let after: string | undefined; ;) {
        const { nodes, pageInfo, totalCount } = await search('pagination', { first, after });
        names.push(...nodes.map(({ name }) => name));
        expect([totalCount, pageInfo.hasPreviousPage]).toEqual([230, after !== undefined]);
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor ?? undefined;
      }
      expect(names).toEqual(Array.from({ length: 230 }, (_, number) => `Pagination ${number}`));
    }
  });

  it('ends at a thousand, and says so', async () => {
    await stocked(...Array.from({ length: 1_003 }, (_, number) => [`Plentiful ${number}`] as const));
    expect(await search('plentiful', { first: 1 })).toMatchObject({ totalCount: 1_000, isTotalCapped: true });
    const at = (place: number) => Buffer.from(`search:${place}`).toString('base64url');
    const last = await search('plentiful', { first: 10, after: at(995) });
    expect([last.nodes.length, last.pageInfo.hasNextPage]).toEqual([5, false]);
    for (const beyond of [1_000, 1_001, 999_999_999_999_999])
      expect(await search('plentiful', { after: at(beyond) })).toMatchObject({
        nodes: [],
        totalCount: 1_000,
      });
  });

  it('of a word in thousands of products still finds the popular ones', async () => {
    const count = 5_050;
    const ids = await stocked(
      ...Array.from({ length: count }, (_, number) => [`Ubiquity ${number}`] as const),
    );
    await onServer(world.database.primaryUrl, 'INSERT INTO product_popularity VALUES ($1, 20005)', [
      ids[count - 1],
    ]);
    await world.database.replicated();
    expect(await namesOf('ubiquity', { first: 1 })).toEqual([`Ubiquity ${count - 1}`]);
  });

  it('refuses a cursor of another list', async () => {
    const { errors } = await ask('kettle', { after: Buffer.from('products:5').toString('base64url') });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a cached search shows at once, on another gateway,', () => {
  const update = (input: Readonly<Record<string, unknown>>) =>
    admin.query(
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }',
      {
        input,
      },
    );
  const cached = async (query: string) => {
    const before = await search(query, {}, second);
    await second.app.idle();
    return before;
  };

  it('a new price and a restock, which leave its pages as they are', async () => {
    const [key = ''] = await stocked(['Pricey orrery']);
    const id = toGlobalId('Product', key);
    expect((await cached('orrery')).nodes).toMatchObject([
      { price: { amount: '10.00' }, inventory: { stock: 5 } },
    ]);
    await update({ id, price: { amount: '12.50', currencyCode: 'EUR' } });
    await admin.query(
      'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { userErrors { code } } }',
      {
        input: { id, quantity: 7 },
      },
    );
    // The bus tells the copies of the other process.
    const seen = () => search('orrery', {}, second);
    await expect
      .poll(async () => (await seen()).nodes, patience)
      .toMatchObject([{ price: { amount: '12.50' }, inventory: { stock: 12 } }]);
  });

  it('a new product, another name, category and description, and one that is gone', async () => {
    const [key = ''] = await stocked(['Sextant']);
    const id = toGlobalId('Product', key);
    expect((await cached('sextant')).totalCount).toBe(1);
    expect((await cached('astrolabe')).totalCount).toBe(0);
    await update({ id, name: 'Astrolabe' });
    expect([await namesOf('sextant', {}, second), await namesOf('astrolabe', {}, second)]).toEqual([
      [],
      ['Astrolabe'],
    ]);
    await cached('astrolabe navigation');
    await update({ id, category: 'navigation' });
    expect(await namesOf('astrolabe navigation', {}, second)).toEqual(['Astrolabe']);
    await cached('astrolabe brass');
    await update({ id, description: 'Of brass.' });
    expect(await namesOf('astrolabe brass', {}, second)).toEqual(['Astrolabe']);
    await cached('astrolabe');
    const input = { name: 'Astrolabe stand', category: 'x', price: { amount: '5', currencyCode: 'EUR' } };
    await admin.query(
      'mutation ($input: CreateProductInput!) { createProduct(input: $input) { userErrors { code } } }',
      {
        input,
      },
    );
    expect((await search('astrolabe', {}, second)).totalCount).toBe(2);
  });

  it('nothing of what is written past the gateways and not followed: the control', async () => {
    const [key] = await stocked(['Telluric lamp']);
    await cached('telluric');
    await onServer(world.database.primaryUrl, `UPDATE products SET name = 'Lunar lamp' WHERE id = $1`, [key]);
    await world.database.replicated();
    expect((await search('telluric', {}, second)).totalCount).toBe(1);
  });

  it('what is written past the gateways, where the log is followed', async () => {
    const [renamed, gone, priced] = await stocked(['Gyroscope a'], ['Gyroscope b'], ['Gyroscope c']);
    const backstop = await startBackstop({
      app: world.app,
      primaryUrl: world.database.primaryUrl,
      redisUrl: inject('redisUrl'),
    });
    await backstop.follows();
    const psql = (text: string, id: string | undefined) => onServer(world.database.primaryUrl, text, [id]);
    const becomes = async (names: readonly string[]) => {
      await world.database.replicated();
      await expect.poll(() => namesOf('gyroscope', {}, second), patience).toEqual(names);
      await second.app.idle();
    };
    await becomes(['Gyroscope a', 'Gyroscope b', 'Gyroscope c']);
    await psql(`UPDATE products SET name = 'Spinning top' WHERE id = $1`, renamed);
    await becomes(['Gyroscope b', 'Gyroscope c']);
    await psql('DELETE FROM products WHERE id = $1', gone);
    await becomes(['Gyroscope c']);
    await stocked(['Gyroscope d']);
    await becomes(['Gyroscope c', 'Gyroscope d']);
    const touched = async () =>
      (await backstop.metrics.backstopKeys.get()).values.find(({ labels }) => labels.policy === '(tags)')
        ?.value;
    const before = await touched();
    await psql('UPDATE products SET price_minor = 77 WHERE id = $1', priced);
    await expect
      .poll(async () => (await search('gyroscope', {}, second)).nodes[0]?.price.amount, patience)
      .toBe('0.77');
    expect(await touched()).toBe(before);
  });
});

it('without Redis a search answers from Postgres', { timeout: 30_000 }, async () => {
  const url = inject('redisUrl');
  const proxy = await createFaultProxy({ targetPort: Number(new URL(url).port) });
  const gateway = await world.anotherGateway({ env: { REDIS_URL: proxy.through(url) } });
  await stocked(['Barograph']);
  expect(await namesOf('barograph', {}, gateway)).toEqual(['Barograph']);
  await proxy.setMode({ kind: 'reset' });
  for (let turn = 0; turn < 3; turn += 1)
    expect(await namesOf('barograph', {}, gateway)).toEqual(['Barograph']);
  await gateway.close();
  await proxy.close();
});
