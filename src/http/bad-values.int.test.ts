import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withoutLimits } from '../testing/attacks/without-limits.ts';
import { onServer } from '../testing/database.ts';
import {
  dataOf,
  expectRefusal,
  expectUnharmed,
  startEdge,
  type Edge,
  type Reply,
} from './bad-input.conformance.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject, withoutLimits);
});
afterAll(() => edge.close());

const asAdmin = (document: string, input: unknown) => edge.graphql(document, { input }, edge.adminToken);
const asUser = (document: string, input: unknown) => edge.graphql(document, { input }, edge.userToken);

const signUp = (input: object) =>
  edge.graphql('mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code field } } }', {
    input: { username: 'someone_new', password: 'long enough', ...input },
  });
const createProduct = (input: object) =>
  asAdmin(
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { userErrors { code field } } }',
    {
      name: 'Thing',
      category: 'things',
      price: { amount: '1.00', currencyCode: 'EUR' },
      ...input,
    },
  );
const updateProfile = (input: object) =>
  asUser(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code field } } }',
    input,
  );
const restock = (quantity: unknown, id: unknown = edge.productId) =>
  asAdmin(
    'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { product { inventory { stock } } userErrors { code field } } }',
    { id, quantity },
  );

/** The one mutation's `userErrors`, as `CODE at field`. */
function userErrorsOf(reply: Reply): readonly string[] {
  const [payload] = Object.values(
    dataOf(reply) as Record<string, { userErrors: { code: string; field: string[] }[] }>,
  );
  return payload?.userErrors.map(({ code, field }) => `${code} at ${field.slice(1).join('.')}`) ?? [];
}

const bad = 'BAD_USER_INPUT';
const euro = (amount: unknown) => createProduct({ price: { amount, currencyCode: 'EUR' } });
const picture = (url: unknown) => createProduct({ images: [url] });

describe('a value is refused:', () => {
  it.each([
    'NaN',
    'Infinity',
    '1e5',
    '',
    ' 1',
    '1 ',
    '+1',
    '1.',
    '.5',
    '0x10',
    '1,000.00',
    '１',
    '1\n',
    '1'.repeat(31),
    '1'.repeat(40),
    '1.00000000001',
    1,
    1.5,
    null,
    true,
    ['1'],
    {},
  ])('the Decimal %j', async (amount) => {
    expectRefusal(await euro(amount), 400, bad);
  });

  it.each([
    ['1.001', 'EUR'],
    ['-0.001', 'EUR'],
    ['1.0', 'JPY'],
    ['1.0001', 'KWD'],
    ['9999999999999999999', 'JPY'],
    ['99999999999999999.00', 'USD'],
    ['9'.repeat(30), 'CHF'],
    [`-${'9'.repeat(30)}`, 'CHF'],
  ])('the price of %s %s', async (amount, currencyCode) => {
    expectRefusal(await createProduct({ price: { amount, currencyCode } }), 200, bad);
  });

  it.each(['ZZZ', 'eur', '', 'constructor', 0, null])('the currency %j', async (currencyCode) => {
    expectRefusal(await createProduct({ price: { amount: '1', currencyCode } }), 400, bad);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://example.com/a',
    'blob:https://example.com/a',
    'about:blank',
    'mailto:a@example.com',
    '',
    ' ',
    'example.com',
    '//example.com/a',
    '/a.png',
    'a.png',
    'http:',
    'http://',
    'https:example.com',
    'http:\\\\example.com',
    'https://exam ple.com',
    ' https://example.com',
    'https://example.com/\n',
    'https://[::1',
    'https://example.com:99999',
    'https://user:pass@example.com',
    'https://user@example.com',
    'https://:pass@example.com',
    `https://example.com/${'a'.repeat(10_000)}`,
    `https://example.com/${'ä'.repeat(1_000)}`,
    1,
    true,
    {},
    { href: 'https://example.com' },
    ['https://example.com'],
  ])('the URL %j', async (url) => {
    expectRefusal(await picture(url), 400, bad);
    expectRefusal(await updateProfile({ avatarUrl: url }), 400, bad);
  });

  it.each([
    '',
    'a',
    '@',
    'a@',
    '@b',
    'a@b@c',
    'a b@c.d',
    'a@b..c',
    'a@-b.c',
    'a@b.c\n',
    'ä@example.com',
    '"a b"@example.com',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@b.ch`,
    `a@${'b.'.repeat(5_000)}c`,
    1,
    {},
    ['a@b.ch'],
  ])('the e-mail address %j', async (email) => {
    expectRefusal(await signUp({ email }), 400, bad);
  });

  it.each([
    '',
    '+',
    '0',
    '12',
    '0791234567',
    '+0791234567',
    '+41 79 123 45 67',
    '+4179123456a',
    '+１２３４５６７８',
    `+${'1'.repeat(16)}`,
    `+${'1'.repeat(60)}x`,
    '1'.repeat(10_000),
    1,
    {},
  ])('the phone number %j, at once', async (phone) => {
    const reply = await signUp({ phone });
    expectRefusal(reply, 400, bad);
    expect(reply.ms).toBeLessThan(500);
  });

  it.each(['\0', 'a\0b', '\ud83d', '\ude00', 'a\ud83d'])('the text %j, wherever it stands', async (text) => {
    const replies = await Promise.all([
      signUp({ username: text }),
      signUp({ password: `long enough ${text}` }),
      signUp({ displayName: text }),
      createProduct({ name: text }),
      createProduct({ category: text }),
      createProduct({ description: text }),
      updateProfile({ statusMessage: text }),
      edge.graphql('query ($c: String) { products(category: $c) { nodes { id } } }', { c: text }),
      edge.graphql('query ($u: String!) { userByUsername(username: $u) { id } }', { u: text }),
      edge.graphql('mutation ($i: SignInInput!) { signIn(input: $i) { token } }', {
        i: { username: text, password: text },
      }),
    ]);
    for (const reply of replies) expectRefusal(reply, 400, bad);
  });
});

describe('a change is refused in userErrors:', () => {
  const long = 'a'.repeat(100_000);
  it.each([
    ['a price of nothing', () => euro('0'), 'INVALID_PRICE at price'],
    ['a price below nothing', () => euro('-0.01'), 'INVALID_PRICE at price'],
    ['a price of minus nothing', () => euro('-0'), 'INVALID_PRICE at price'],
    [
      'a thousandth below nothing',
      () => createProduct({ price: { amount: '-0.001', currencyCode: 'KWD' } }),
      'INVALID_PRICE at price',
    ],
    ['no name', () => createProduct({ name: ' \u2003' }), 'INVALID_LENGTH at name'],
    ['a long name', () => createProduct({ name: long }), 'INVALID_LENGTH at name'],
    ['a long category', () => createProduct({ category: long }), 'INVALID_LENGTH at category'],
    ['a long description', () => createProduct({ description: long }), 'INVALID_LENGTH at description'],
    [
      '21 pictures',
      () => createProduct({ images: Array(21).fill('https://example.com/a') }),
      'INVALID_LENGTH at images',
    ],
    ['a stock below nothing', () => createProduct({ stock: -1 }), 'INVALID_QUANTITY at stock'],
    ['a stock of 2 billion', () => createProduct({ stock: 2_147_483_647 }), 'INVALID_QUANTITY at stock'],
    ['nothing restocked', () => restock(0), 'INVALID_QUANTITY at quantity'],
    ['less than nothing restocked', () => restock(-1), 'INVALID_QUANTITY at quantity'],
    ['a million and one restocked', () => restock(1_000_001), 'INVALID_QUANTITY at quantity'],
    ['2 billion restocked', () => restock(2_147_483_647), 'INVALID_QUANTITY at quantity'],
    ['an empty user name', () => signUp({ username: '', displayName: 'Me' }), 'INVALID_USERNAME at username'],
    ['a long user name', () => signUp({ username: long, displayName: 'Me' }), 'INVALID_USERNAME at username'],
    ['a user name of another script', () => signUp({ username: 'аlice' }), 'INVALID_USERNAME at username'],
    ['a user name with a line break', () => signUp({ username: 'alice\n' }), 'INVALID_USERNAME at username'],
    ['a user name of markup', () => signUp({ username: '<b>' }), 'INVALID_USERNAME at username'],
    ['a long password', () => signUp({ password: long }), 'INVALID_PASSWORD at password'],
    ['an empty password', () => signUp({ password: '' }), 'INVALID_PASSWORD at password'],
    ['a long display name', () => signUp({ displayName: long }), 'INVALID_LENGTH at displayName'],
    ['no display name', () => updateProfile({ displayName: null }), 'INVALID_LENGTH at displayName'],
    ['a long status', () => updateProfile({ statusMessage: long }), 'INVALID_LENGTH at statusMessage'],
  ] as const)('%s', async (_, send, refusal) => {
    expect(userErrorsOf(await send())).toEqual([refusal]);
  });

  it.each([2_147_483_648, -2_147_483_649, 1.5, '1', null])(
    'while the quantity %j is none at all',
    async (quantity) => {
      expectRefusal(await restock(quantity), 400, bad);
    },
  );

  it('a restock beyond the ceiling, again and again, and the stock stays at it', async () => {
    const stock = (count: number) =>
      onServer(edge.database.primaryUrl, 'UPDATE inventory SET stock = $1', [count]);
    await stock(999_999_999);
    expect(userErrorsOf(await restock(2))).toEqual(['INVALID_QUANTITY at quantity']);
    expect(userErrorsOf(await restock(1))).toEqual([]);
    const replies = await Promise.all([restock(1), restock(1_000_000), restock(1)]);
    for (const reply of replies) expect(userErrorsOf(reply)).toEqual(['INVALID_QUANTITY at quantity']);
    const rows = await onServer(edge.database.primaryUrl, 'SELECT stock FROM inventory');
    expect(rows).toEqual([{ stock: 1_000_000_000 }]);
  });
});

describe('a long name that nobody has', () => {
  it.each([100, 10_000, 500_000])('of %i characters is not found', async (length) => {
    const document = 'query ($u: String!) { userByUsername(username: $u) { id } }';
    expectRefusal(await edge.graphql(document, { u: 'a'.repeat(length) }), 200, 'NOT_FOUND');
  });

  it('signs nobody in', async () => {
    const input = { username: 'a'.repeat(200_000), password: 'b'.repeat(200_000) };
    const reply = await edge.graphql(
      'mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { code field } } }',
      { input },
    );
    expect(dataOf(reply)).toEqual({
      signIn: { token: null, userErrors: [{ code: 'INVALID_CREDENTIALS', field: null }] },
    });
  });
});

it('leaves the gateway unharmed', async () => {
  await expectUnharmed(edge);
});
