import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/servers/test-cluster.ts';
import { createWorld, type World } from '../testing/world.ts';

let cluster: TestCluster;
let world: World;
beforeAll(async () => {
  cluster = await startTestCluster({ nodeTimeoutMs: 15_000 });
  const env = { REDIS_URL: cluster.urls.slice(0, 2).join(','), REDIS_CLUSTER: 'true' };
  world = await createWorld({ env });
}, 60_000);
afterAll(async () => {
  await world.close();
  await cluster.stop();
});

it('serves from a cluster: entries spread over its masters, sessions seen and ended everywhere', async () => {
  const other = await world.anotherGateway();
  const people = await Promise.all(Array.from({ length: 12 }, () => world.somebody()));
  const viewer = (token: string | undefined) => other.query('{ viewer { username } }', { token });
  for (const { token } of people) expect((await viewer(token)).errors).toEqual([]);
  await other.app.idle();

  const [somebody] = people;
  const { result, counts } = await other.counting(() => viewer(somebody?.token));
  expect(result.data).toMatchObject({ viewer: { username: expect.any(String) as string } });
  expect(counts.postgres).toEqual({});
  expect(counts.redis['cache']).toBeGreaterThan(0);

  const masters = cluster.servers.filter(({ slots }) => slots !== undefined);
  for (const master of masters) expect(await cluster.ask(master, 'dbsize')).toBeGreaterThan(0);

  await world.gateway.query('mutation { signOut { userErrors { message } } }', {
    token: somebody?.token ?? '',
  });
  expect((await viewer(somebody?.token)).errors).not.toEqual([]);
});
