import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quiet, type Counts, type Gateway } from '../../src/testing/gateway.ts';
import { createLinker, linkQuery } from '../../src/testing/links.ts';
import { createWorld, type Person, type World } from '../../src/testing/world.ts';

let world: World;
let owner: Person;
let code: string;
beforeAll(async () => {
  world = await createWorld(quiet);
  owner = await world.somebody();
  code = (await createLinker(owner).link({ url: 'https://example.com/' })).code;
  await world.database.replicated();
});
afterAll(() => world.close());

async function costs(asked: string, gateway: Gateway = world.gateway): Promise<Counts> {
  const { counts } = await gateway.counting(() => gateway.query(linkQuery, { variables: { code: asked } }));
  return counts;
}

describe('a look at a link', () => {
  it('costs nothing where this process has a copy, and one round trip where only Redis has', async () => {
    const query = 'query ($code: String!) { shortLink(code: $code) { url } }';
    const ask = (gateway: Gateway) => gateway.counting(() => gateway.query(query, { variables: { code } }));
    // What was loaded is stored in Redis; a copy is made of what is found there.
    await ask(world.gateway);
    await ask(world.gateway);
    expect((await ask(world.gateway)).counts).toEqual({ redis: {}, postgres: {} });
    const second = await world.anotherGateway(quiet);
    expect((await ask(second)).counts).toEqual({ redis: { both: 1 }, postgres: {} });
    expect((await ask(second)).counts).toEqual({ redis: {}, postgres: {} });
  });

  it('at first costs one statement; many links at once cost as much', async () => {
    const links = createLinker(owner);
    const made = await Promise.all(
      ['one', 'two', 'three'].map((path) => links.link({ url: `https://example.com/${path}` })),
    );
    await world.database.replicated();
    const all = made
      .map(({ code: each }, index) => `l${index}: shortLink(code: "${each}") { url }`)
      .join(' ');
    const { counts } = await world.gateway.counting(() =>
      world.gateway.query(`{ ${all} nothing: shortLink(code: "no-such-thing") { url } }`),
    );
    // Read, lease, fill.
    expect(counts.redis).toEqual({ both: 3 });
    expect(Object.values(counts.postgres)).toEqual([1]);
  });

  it('for a code that nothing can have costs nothing', async () => {
    for (const asked of ['x', 'graphql', 'zzzzzzzzzzz', 'with space', 'a'.repeat(500)])
      expect(await costs(asked)).toEqual({ redis: {}, postgres: {} });
  });

  it('for a missing one costs nothing either, once that is known here', async () => {
    await costs('never-made');
    await costs('never-made');
    expect(await costs('never-made')).toEqual({ redis: {}, postgres: {} });
  });
});

describe('making a link', () => {
  const make = (input: Readonly<Record<string, unknown>>) =>
    world.gateway.counting(() =>
      owner.query(
        'mutation ($input: CreateShortLinkInput!) { createShortLink(input: $input) { shortLink { code } } }',
        { input },
      ),
    );

  it('is one transaction of one statement, and its id costs none', async () => {
    const { counts } = await make({ url: 'https://example.com/' });
    // Session and its note; the entry; the note of this write.
    expect(counts).toEqual({ redis: { both: 3 }, postgres: { primary: 3 } });
  });

  it('with an alias is one of two', async () => {
    const { counts } = await make({ url: 'https://example.com/', alias: 'counted' });
    expect(counts.postgres).toEqual({ primary: 4 });
  });
});
