import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../src/testing/database.ts';
import { createLinker, linkQuery, type SeenLink } from '../../src/testing/links.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let shard: TestDatabase;
let world: World;
let links: ReturnType<typeof createLinker>;
beforeAll(async () => {
  shard = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  world = await createWorld({ env: { DATABASE_SHARDS: shard.primaryUrl } });
  links = createLinker(await world.somebody());
});
afterAll(async () => {
  await world.close();
  await shard.drop();
});

const psql = (text: string, values: readonly unknown[]) => onServer(shard.primaryUrl, text, values);
const urlOf = async (code: string) =>
  (await world.gateway.query<{ shortLink: SeenLink | null }>(linkQuery, { variables: { code } })).data
    ?.shortLink?.url;
const becomes = (code: string, url: string | undefined) =>
  vi.waitFor(async () => expect(await urlOf(code)).toBe(url), patience);
/** Read often enough that each tier has a copy. */
async function warm(code: string) {
  for (let time = 0; time < 3; time += 1) await urlOf(code);
}

const follow = async () => {
  const backstop = await startBackstop({
    app: world.app,
    primaryUrl: shard.primaryUrl,
    redisUrl: inject('redisUrl'),
  });
  await backstop.follows();
};

it('what is changed in psql on a shard is not seen while nobody follows its log: the control', async () => {
  const { code } = await links.link({ url: 'https://example.com/before' });
  await warm(code);
  await psql(`UPDATE links SET url = 'https://example.com/after' WHERE code = $1`, [code]);
  await warm(code);
  expect(await urlOf(code)).toBe('https://example.com/before');
});

it('what is changed in psql on a shard is seen: links by either kind of code, also in partitions made later', async () => {
  await follow();
  for (const input of [{}, { alias: 'with-alias' }]) {
    const { code } = await links.link({ url: 'https://example.com/before', ...input });
    await warm(code);
    await psql(`UPDATE links SET url = 'https://example.com/after' WHERE code = $1`, [code]);
    await becomes(code, 'https://example.com/after');
    await warm(code);
    await psql('DELETE FROM links WHERE code = $1', [code]);
    await becomes(code, undefined);
  }
  await warm('far-ahead');
  await psql(`SELECT make_link_partition('2040-05-05')`, []);
  await psql(
    `WITH made AS (
       INSERT INTO links (id, code, url, owner_id)
       VALUES (first_link_id('2040-05-05'), 'far-ahead', 'https://example.com/2040', 1) RETURNING id, code)
     INSERT INTO link_aliases SELECT code, id FROM made`,
    [],
  );
  await becomes('far-ahead', 'https://example.com/2040');
});
