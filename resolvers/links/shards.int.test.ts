import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { randomAppName, type Gateway } from '../../src/testing/gateway.ts';
import { createLinker, linkQuery, type SeenLink } from '../../src/testing/links.ts';
import { createTwoShards, type TwoShards } from '../../src/testing/two-shards.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let shards: TwoShards;
let world: World;
let owner: Person;
let links: ReturnType<typeof createLinker>;
/** Some on each shard, the first half with aliases. */
let made: readonly SeenLink[];
let onFirst: ReadonlySet<string>;
const env = () => ({ DATABASE_SHARDS: shards.urls });
beforeAll(async () => {
  shards = await createTwoShards();
  world = await createWorld({ env: env() });
  owner = await world.somebody();
  links = createLinker(owner);
  const inputs = Array.from({ length: 16 }, (_, count) => ({
    url: `https://example.com/${count}`,
    ...(count < 8 ? { alias: `alias-${count}` } : {}),
  }));
  made = await inputs.reduce<Promise<readonly SeenLink[]>>(
    async (before, input) => [...(await before), await links.link(input)],
    Promise.resolve([]),
  );
  onFirst = await codesIn(0);
});
afterAll(async () => {
  await world.close();
  await shards.close();
});
afterEach(async () => {
  await Promise.all(shards.proxies.map((proxy) => proxy.setMode({ kind: 'pass' })));
});

async function codesIn(shard: 0 | 1): Promise<ReadonlySet<string>> {
  const rows = await onServer<{ code: string }>(shards.databases[shard].primaryUrl, 'SELECT code FROM links');
  return new Set(rows.map(({ code }) => code));
}

const ownLinks = '{ viewer { username shortLinks(first: 100) { nodes { code } } } }';
interface Own {
  readonly viewer: {
    readonly username: string;
    readonly shortLinks: { readonly nodes: readonly { code: string }[] } | null;
  };
}

describe('links on two shards', () => {
  it('lie on both, each on one, and none in the main cluster', async () => {
    const onSecond = await codesIn(1);
    expect(onFirst.size).toBeGreaterThan(0);
    expect(onSecond.size).toBeGreaterThan(0);
    expect([...onFirst, ...onSecond].toSorted()).toEqual(made.map(({ code }) => code).toSorted());
    expect(await onServer(world.database.primaryUrl, 'SELECT FROM links')).toEqual([]);
  });

  it('are found by one statement on each, however many are asked for', async () => {
    const gateway = await world.anotherGateway({ env: env() });
    const all = made.map(({ code }, index) => `l${index}: shortLink(code: "${code}") { code }`).join(' ');
    const { result, counts } = await gateway.counting(() =>
      gateway.query<Record<string, SeenLink>>(`{ ${all} }`),
    );
    expect(Object.values(result.data ?? {}).map(({ code }) => code)).toEqual(made.map(({ code }) => code));
    expect(counts.postgres).toEqual({ 'shard-1-primary': 1, 'shard-2-primary': 1 });
  });

  it('are one list, newest first', async () => {
    const { data } = await owner.query<Own>(ownLinks);
    expect(data?.viewer.shortLinks?.nodes.map(({ code }) => code)).toEqual(
      made.map(({ code }) => code).toReversed(),
    );
  });

  it('are seen changed in the request that changes them, and at once in all others', async () => {
    for (const { code } of made.slice(0, 6)) {
      await world.gateway.query(linkQuery, { variables: { code } });
      const { data } = await links.update({ code, url: 'https://example.com/changed' });
      expect(data?.updateShortLink?.shortLink?.url).toBe('https://example.com/changed');
      const seen = await world.gateway.query<{ shortLink: SeenLink }>(linkQuery, { variables: { code } });
      expect(seen.data?.shortLink.url).toBe('https://example.com/changed');
    }
  });
});

describe('while a shard is dead', () => {
  const ask = (gateway: Gateway, code: string) =>
    gateway.query<{ shortLink: { code: string } | null }>(
      'query ($code: String!) { shortLink(code: $code) { code } }',
      { variables: { code } },
    );

  it('its own links fail with a code and in time, all others work, and so does everything else', async () => {
    const gateway = await world.anotherGateway({ env: env() });
    // Nobody has read them yet: what is cached is answered in any case.
    const fresh: string[] = [];
    for (let count = 0; count < 12; count += 1)
      fresh.push((await links.link({ url: 'https://example.com/', alias: `fresh-${count}` })).code);
    const dead = await codesIn(0);
    const alive = await codesIn(1);
    await shards.proxies[0].setMode({ kind: 'reset' });
    for (const code of fresh) {
      const startedAt = performance.now();
      const { data, errors } = await ask(gateway, code);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      const codes = errors.map(({ extensions }) => extensions.code);
      if (alive.has(code)) expect([data?.shortLink?.code, codes]).toEqual([code, []]);
      else expect([data?.shortLink, codes]).toEqual([null, ['UPSTREAM_UNAVAILABLE']]);
    }
    expect(fresh.some((code) => dead.has(code)) && fresh.some((code) => alive.has(code))).toBe(true);
    const own = await owner.query<Own>(ownLinks);
    expect(own.data?.viewer).toEqual({ username: owner.username, shortLinks: null });
    expect(own.errors).toMatchObject([
      { path: ['viewer', 'shortLinks'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });

  it('what is cached of it is answered', async () => {
    const [code = ''] = onFirst;
    await ask(world.gateway, code);
    await world.gateway.app.idle();
    await shards.proxies[0].setMode({ kind: 'reset' });
    expect((await ask(world.gateway, code)).data?.shortLink?.code).toBe(code);
  });

  it('every link fails where all lie on it: the control', async () => {
    const [url = ''] = shards.urls.split(';');
    const gateway = await world.anotherGateway({ env: { DATABASE_SHARDS: url, APP_NAME: randomAppName() } });
    await shards.proxies[0].setMode({ kind: 'reset' });
    for (const { code } of made)
      expect((await ask(gateway, code)).errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});
