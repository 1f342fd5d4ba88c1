import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../../datasources/links/codes.ts';
import { onServer } from '../../src/testing/database.ts';
import type { Answer, Gateway } from '../../src/testing/gateway.ts';
import {
  createLinker,
  dropLinkPartition,
  linkQuery,
  type LinkAnswers,
  type SeenLink,
} from '../../src/testing/links.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

const publicUrl = 'https://sho.example';
const env = { PUBLIC_URL: `${publicUrl}/` };

let world: World;
let other: Gateway;
let owner: Person;
let stranger: Person;
let links: ReturnType<typeof createLinker>;
beforeAll(async () => {
  world = await createWorld({ env });
  other = await world.anotherGateway({ env });
  owner = await world.somebody();
  stranger = await world.somebody();
  links = createLinker(owner);
});
afterAll(() => world.close());

const look = async (code: string, gateway = world.gateway) =>
  gateway.query<{ shortLink: SeenLink | null }>(linkQuery, { variables: { code } });
const isMissing = async (code: string, gateway?: Gateway) =>
  (await look(code, gateway)).errors[0]?.extensions.code === 'NOT_FOUND';
const codesOf = ({ data }: Answer<LinkAnswers>) =>
  [data?.createShortLink, data?.updateShortLink].flatMap((payload) =>
    (payload?.userErrors ?? []).map(({ code }) => code),
  );
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describe('a short link', () => {
  it('has a code of 10 letters and digits, its own address, and is shown to everybody', async () => {
    const made = await links.link({ url: 'https://example.com/a?b=c#d' });
    expect(made).toMatchObject({
      code: expect.stringMatching(/^[0-9A-Za-z]{10}$/) as string,
      url: 'https://example.com/a?b=c#d',
      shortUrl: `${publicUrl}/${made.code}`,
      expiresAt: null,
      owner: { username: owner.username },
    });
    expect(Math.abs(Date.parse(made.createdAt) - Date.now())).toBeLessThan(60_000);
    expect((await look(made.code)).data?.shortLink).toEqual(made);
  });

  it('is a node by its code', async () => {
    const { id, code } = await links.link({ url: 'https://example.com/node', alias: 'a_node-1' });
    const { data } = await world.gateway.query<{ node: { code: string } }>(
      'query ($id: ID!) { node(id: $id) { ... on ShortLink { code } } }',
      { variables: { id } },
    );
    expect(data?.node).toEqual({ code });
  });

  it('keeps its moment of expiry', async () => {
    const expiresAt = tomorrow();
    const { code } = await links.link({ url: 'https://example.com/', expiresAt });
    expect((await look(code)).data?.shortLink?.expiresAt).toBe(expiresAt);
  });

  it('is still there when it has expired', async () => {
    const { code } = await links.link({ url: 'https://example.com/', expiresAt: tomorrow() });
    await onServer(
      world.database.primaryUrl,
      `UPDATE links SET expires_at = now() - interval '1 day' WHERE code = $1`,
      [code],
    );
    await world.database.replicated();
    const expiresAt = (await look(code)).data?.shortLink?.expiresAt ?? '';
    expect(Date.parse(expiresAt)).toBeLessThan(Date.now());
  });
});

describe('an alias', () => {
  it('is the code, once: whoever comes second is told', async () => {
    const made = await links.link({ url: 'https://example.com/first', alias: 'my-alias' });
    expect(made.code).toBe('my-alias');
    const second = await createLinker(stranger).create({
      url: 'https://example.com/second',
      alias: 'my-alias',
    });
    expect(second.data?.createShortLink).toEqual({
      shortLink: null,
      userErrors: [{ code: 'ALIAS_TAKEN', field: ['input', 'alias'] }],
    });
    expect((await look('my-alias')).data?.shortLink?.url).toBe('https://example.com/first');
    // Case matters.
    expect((await links.link({ url: 'https://example.com/other', alias: 'My-Alias' })).code).toBe('My-Alias');
  });

  it.each([
    'ab',
    'a'.repeat(33),
    'with space',
    'ümlaut',
    'abcdefghij',
    'abcdefghij1',
    'graphql',
    'MetricS',
    'a/b',
    'a.b',
    '',
  ])('%j is refused', async (alias) => {
    expect(codesOf(await links.create({ url: 'https://example.com/', alias }))).toEqual(['INVALID_ALIAS']);
  });

  it('is free again when its link is gone', async () => {
    await links.link({ url: 'https://example.com/', alias: 'reused' });
    await links.remove({ code: 'reused' });
    expect(
      (await createLinker(stranger).link({ url: 'https://example.com/2', alias: 'reused' })).owner,
    ).toEqual({
      username: stranger.username,
    });
  });

  it('leaves its link no second code', async () => {
    const { code } = await links.link({ url: 'https://example.com/', alias: 'only-one' });
    const [row] = await onServer<{ id: string }>(
      world.database.primaryUrl,
      'SELECT id::text FROM links WHERE code = $1',
      [code],
    );
    expect(await isMissing(codeOf(row?.id ?? ''))).toBe(true);
  });
});

describe('what a link may lead to', () => {
  it.each(['https://sho.example/abc', 'http://sho.example.:443/abc', 'https://SHO.example'])(
    'is not this service itself: %s',
    async (url) => {
      expect(codesOf(await links.create({ url }))).toEqual(['INVALID_TARGET']);
    },
  );

  it.each([
    'ftp://example.com/',
    'javascript:alert(1)',
    'https://user:secret@example.com/',
    `https://example.com/${'a'.repeat(2_050)}`,
    '//example.com',
  ])('is an address of the web without a password, and not too long: %.60s', async (url) => {
    expect((await links.create({ url })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['2020-01-01T00:00:00Z', '9999-01-01T00:00:00Z'])(
    'ends neither in the past nor beyond a life: %s',
    async (expiresAt) => {
      expect(codesOf(await links.create({ url: 'https://example.com/', expiresAt }))).toEqual([
        'INVALID_EXPIRY',
      ]);
    },
  );
});

describe('a change', () => {
  it('is seen at once, here and through another gateway, and leaves alone what it does not name', async () => {
    const expiresAt = tomorrow();
    const { code } = await links.link({ url: 'https://example.com/old', expiresAt });
    await look(code);
    await look(code, other);
    const { data } = await links.update({ code, url: 'https://example.com/new' });
    expect(data?.updateShortLink?.shortLink).toMatchObject({ url: 'https://example.com/new', expiresAt });
    expect((await look(code)).data?.shortLink?.url).toBe('https://example.com/new');
    await expect
      .poll(async () => (await look(code, other)).data?.shortLink?.url)
      .toBe('https://example.com/new');
    await links.update({ code, expiresAt: null });
    expect((await look(code)).data?.shortLink).toMatchObject({
      url: 'https://example.com/new',
      expiresAt: null,
    });
  });

  it('of a link with an alias is one of the link', async () => {
    await links.link({ url: 'https://example.com/old', alias: 'to-change' });
    await look('to-change');
    await links.update({ code: 'to-change', url: 'https://example.com/new' });
    expect((await look('to-change')).data?.shortLink?.url).toBe('https://example.com/new');
  });

  it('is checked like a new link', async () => {
    const { code } = await links.link({ url: 'https://example.com/' });
    expect(codesOf(await links.update({ code, url: `${publicUrl}/x` }))).toEqual(['INVALID_TARGET']);
    expect(codesOf(await links.update({ code, expiresAt: '2020-01-01T00:00:00Z' }))).toEqual([
      'INVALID_EXPIRY',
    ]);
  });

  it('and a removal are for the owner alone; to others there is none', async () => {
    const { code } = await links.link({ url: 'https://example.com/mine' });
    const strange = createLinker(stranger);
    expect((await strange.update({ code, url: 'https://evil.example/' })).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    expect((await strange.remove({ code })).errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await look(code)).data?.shortLink?.url).toBe('https://example.com/mine');
  });

  it.each(['', '!', '0000000000', 'zzzzzzzzzzz', 'no-such-link', "'; DROP TABLE links; --"])(
    'of %j finds nothing',
    async (code) => {
      expect((await links.update({ code, url: 'https://example.com/' })).errors[0]?.extensions.code).toBe(
        'NOT_FOUND',
      );
      expect((await links.remove({ code })).errors[0]?.extensions.code).toBe('NOT_FOUND');
      expect(await isMissing(code)).toBe(true);
    },
  );
});

describe('a removed link', () => {
  it('is gone at once', async () => {
    const { code } = await links.link({ url: 'https://example.com/' });
    await look(code);
    await look(code, other);
    expect((await links.remove({ code })).data?.deleteShortLink?.shortLink?.code).toBe(code);
    expect(await isMissing(code)).toBe(true);
    await expect.poll(() => isMissing(code, other)).toBe(true);
  });
});

describe('a code that was looked for before there was such a link', () => {
  it('is found as soon as there is', async () => {
    expect(await isMissing('soon-there')).toBe(true);
    expect(await isMissing('soon-there', other)).toBe(true);
    await links.link({ url: 'https://example.com/', alias: 'soon-there' });
    expect(await isMissing('soon-there')).toBe(false);
    await expect.poll(() => isMissing('soon-there', other)).toBe(false);
  });
});

describe('one’s own links', () => {
  it('are listed newest first, page by page, and for oneself alone', async () => {
    const person = await world.somebody();
    const own = createLinker(person);
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1)
      made.unshift(
        (await own.link({ url: 'https://example.com/', ...(count === 2 ? { alias: 'in-the-middle' } : {}) }))
          .code,
      );
    interface Page {
      readonly viewer: {
        readonly shortLinks: {
          readonly nodes: readonly { readonly code: string }[];
          readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
        };
      };
    }
    const page = async (after?: string) =>
      (
        await person.query<Page>(
          'query ($after: Cursor) { viewer { shortLinks(first: 3, after: $after) { nodes { code } pageInfo { hasNextPage endCursor } } } }',
          { after },
        )
      ).data?.viewer.shortLinks;
    const first = await page();
    const second = await page(first?.pageInfo.endCursor);
    expect([...(first?.nodes ?? []), ...(second?.nodes ?? [])].map(({ code }) => code)).toEqual(made);
    expect([first?.pageInfo.hasNextPage, second?.pageInfo.hasNextPage]).toEqual([true, false]);
    const { errors } = await stranger.query(
      'query ($id: ID!) { user(id: $id) { shortLinks { nodes { code } } } }',
      {
        id: person.id,
      },
    );
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('a month without a partition', () => {
  it('gets one by the first link that needs it: no link is lost, and other months stay as they are', async () => {
    const [before] = await onServer<{ count: number }>(
      world.database.primaryUrl,
      `SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'links'::regclass`,
    );
    await dropLinkPartition(world.database.primaryUrl, 0);
    const made = await Promise.all(
      Array.from({ length: 4 }, (_, count) => links.link({ url: `https://example.com/${count}` })),
    );
    for (const { code, url } of made) expect((await look(code)).data?.shortLink?.url).toBe(url);
    const [after] = await onServer<{ count: number }>(
      world.database.primaryUrl,
      `SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'links'::regclass`,
    );
    expect(after).toEqual(before);
  });
});
