import { afterAll, beforeAll, expect, it } from 'vitest';
import { follow, storeLink, warmUp } from '../../testing/stored-links.ts';
import { quiet, type Counts, type Gateway } from '../../testing/gateway.ts';
import { createWorld, type World } from '../../testing/world.ts';

const uncounted = { headers: { 'user-agent': 'counting bot' } };

let world: World;
beforeAll(async () => {
  world = await createWorld(quiet);
  // The first use of a script costs a round trip more.
  await warmUp(world, (await storeLink(world.database)).code);
});
afterAll(() => world.close());

async function costs(gateway: Gateway, code: string, init: RequestInit = uncounted): Promise<Counts> {
  const { result, counts } = await gateway.counting(() => follow(gateway, code, init));
  expect(result.status).toBe(302);
  return counts;
}

const sum = (counts: Counts['postgres']) => Object.values(counts).reduce((all, each) => all + each, 0);

it('a link that nobody holds is one statement', async () => {
  const { code } = await storeLink(world.database);
  const { redis, postgres } = await costs(world.gateway, code);
  // To look, to take the lease, to fill behind the answer.
  expect([redis, sum(postgres)]).toEqual([{ both: 3 }, 1]);
});

it('an alias that nobody holds is one statement too', async () => {
  const { code } = await storeLink(world.database, { alias: 'counted-alias' });
  expect(sum((await costs(world.gateway, code)).postgres)).toBe(1);
});

it('one that Redis holds is one round trip, through any gateway', async () => {
  const { code } = await storeLink(world.database);
  await costs(world.gateway, code);
  const other = await world.anotherGateway(quiet);
  expect(await costs(other, code)).toEqual({ redis: { both: 1 }, postgres: {} });
});

it('one that this process holds is nothing at all', async () => {
  const { code } = await storeLink(world.database);
  await warmUp(world, code);
  expect(await costs(world.gateway, code)).toEqual({ redis: {}, postgres: {} });
});

it('a code that no link can have is nothing at all', async () => {
  for (const path of ['ab', 'favicon.ico', 'a'.repeat(40), 'zzzzzzzzzzz']) {
    const { counts } = await world.gateway.counting(() => follow(world.gateway, path));
    expect([path, counts]).toEqual([path, { redis: {}, postgres: {} }]);
  }
});

it('a hundred visits are one round trip for each quarter of a second, behind them', async () => {
  const { code } = await storeLink(world.database);
  await warmUp(world, code);
  const { counts } = await world.gateway.counting(() =>
    Promise.all(Array.from({ length: 100 }, () => follow(world.gateway, code))),
  );
  expect(counts.postgres).toEqual({});
  expect(counts.redis['both']).toBeLessThan(20);
});
