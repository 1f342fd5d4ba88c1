import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createLinker } from '../../src/testing/links.ts';
import { follow } from '../../src/testing/stored-links.ts';
import { createTwoShards } from '../../src/testing/two-shards.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

const often = { overrides: { clickSettings: { gatherEveryMs: 10, flushEveryMs: 20 } } };

let world: World;
let other: Gateway;
let links: ReturnType<typeof createLinker>;
beforeAll(async () => {
  world = await createWorld(often);
  other = await world.anotherGateway(often);
  links = createLinker(await world.somebody());
});
afterAll(() => world.close());

/** Follows until both gateways answer from memory. */
async function heat(code: string): Promise<void> {
  for (const gateway of [world.gateway, other]) {
    const isHot = async () => {
      const answer = await follow(gateway, code, { headers: { 'user-agent': 'warming bot' } });
      expect(answer.isHot).toBe(true);
    };
    await vi.waitFor(isHot, { timeout: 10_000, interval: 20 });
  }
}

const leadsElsewhere = { timeout: 5_000, interval: 1 };

describe('a redirect from memory', () => {
  it('follows an edit: at once here, within the time of a message elsewhere', async () => {
    const { code } = await links.link({ url: 'https://example.com/old' });
    await heat(code);
    await links.update({ code, url: 'https://example.com/new' });
    expect((await follow(world.gateway, code)).location).toBe('https://example.com/new');
    const seen = async () => expect((await follow(other, code)).location).toBe('https://example.com/new');
    await vi.waitFor(seen, leadsElsewhere);
  });

  it('ends with the link: at once here, within the time of a message elsewhere', async () => {
    const { code } = await links.link({ url: 'https://example.com/', alias: 'gone-soon' });
    await heat(code);
    await links.remove({ code });
    expect((await follow(world.gateway, code)).status).toBe(404);
    await vi.waitFor(async () => expect((await follow(other, code)).status).toBe(404), leadsElsewhere);
  });

  it('begins with the link, though it was looked for before there was one', async () => {
    for (const gateway of [world.gateway, other])
      for (let times = 0; times < 2; times += 1)
        expect((await follow(gateway, 'made-later')).status).toBe(404);
    await links.link({ url: 'https://example.com/later', alias: 'made-later' });
    expect((await follow(world.gateway, 'made-later')).status).toBe(302);
    await vi.waitFor(
      async () => expect((await follow(other, 'made-later')).status).toBe(302),
      leadsElsewhere,
    );
  });
});

describe('the clicks of a link', () => {
  const clicksOf = async (gateway: Gateway, code: string) => {
    const { data } = await gateway.query<{ shortLink: { clicks: number } }>(
      'query ($code: String!) { shortLink(code: $code) { clicks } }',
      { variables: { code } },
    );
    return data?.shortLink.clicks;
  };

  it('are none at first, and within seconds what was followed through all gateways', async () => {
    const { code } = await links.link({ url: 'https://example.com/counted' });
    expect(await clicksOf(world.gateway, code)).toBe(0);
    for (const gateway of [world.gateway, other, other]) await follow(gateway, code);
    const seen = async () =>
      expect([await clicksOf(world.gateway, code), await clicksOf(other, code)]).toEqual([3, 3]);
    await vi.waitFor(seen, { timeout: 20_000, interval: 100 });
  });

  it('of many links are one statement', async () => {
    const codes = await Promise.all(
      [1, 2, 3].map(async (each) => (await links.link({ url: `https://example.com/${each}` })).code),
    );
    const all = codes.map((code, index) => `l${index}: shortLink(code: "${code}") { clicks }`).join(' ');
    const third = await world.anotherGateway(often);
    await third.query(`{ ${all.replaceAll('clicks', 'code')} }`);
    const { counts } = await third.counting(() => third.query(`{ ${all} }`));
    expect(Object.values(counts.postgres).reduce((sum, count) => sum + count, 0)).toBe(1);
  });
});

it('on two shards, clicks lie where their links lie', async () => {
  const shards = await createTwoShards();
  const spread = await createWorld({ ...often, env: { DATABASE_SHARDS: shards.urls } });
  try {
    const linker = createLinker(await spread.somebody());
    // Where a code lies, its text alone tells: these are on both.
    const codes = Array.from({ length: 8 }, (_, each) => `clicked-${each}`);
    for (const alias of codes) await linker.link({ url: 'https://example.com/', alias });
    for (const code of codes) await follow(spread.gateway, code);
    const counted = async () => {
      const perShard = await Promise.all(
        shards.databases.map(({ primaryUrl }) =>
          onServer<{ code: string }>(
            primaryUrl,
            'SELECT code FROM links JOIN link_clicks ON link_id = id WHERE clicks = 1',
          ),
        ),
      );
      expect(perShard.map((rows) => rows.length > 0)).toEqual([true, true]);
      expect(
        perShard
          .flat()
          .map(({ code }) => code)
          .toSorted(),
      ).toEqual(codes.toSorted());
    };
    await vi.waitFor(counted, { timeout: 10_000, interval: 50 });
    expect(await onServer(spread.database.primaryUrl, 'SELECT FROM link_clicks')).toEqual([]);
  } finally {
    await spread.close();
    await shards.close();
  }
});
