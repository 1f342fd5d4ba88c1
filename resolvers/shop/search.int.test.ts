import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { createSearching, type Searching } from '../../src/testing/searching.ts';
import { createFaultProxy } from '../../src/testing/servers/fault-proxy.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let ask: Searching['ask'];
let search: Searching['search'];
let namesOf: Searching['namesOf'];
let stocked: Searching['stocked'];
beforeAll(async () => {
  world = await createWorld();
  ({ ask, search, namesOf, stocked } = createSearching(world));
});
afterAll(() => world.close());

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
