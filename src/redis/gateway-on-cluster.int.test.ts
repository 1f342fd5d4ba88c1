import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClusterServer } from '../dev/redis/redis-cluster.ts';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../testing/database.ts';
import { startTestCluster, type TestCluster } from '../testing/servers/test-cluster.ts';
import { quiet } from '../testing/gateway.ts';
import { createWorld, type World } from '../testing/world.ts';

let cluster: TestCluster;
let world: World;
const clusterEnv = () => ({
  REDIS_URL: cluster.urls.slice(0, 2).join(','),
  REDIS_CLUSTER: 'true',
  ...quiet.env,
});
beforeAll(async () => {
  cluster = await startTestCluster({ nodeTimeoutMs: 15_000 });
  world = await createWorld({ ...quiet, env: clusterEnv() });
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
  expect(counts.redis['both']).toBeGreaterThan(0);

  const masters = cluster.servers.filter(({ slots }) => slots !== undefined);
  for (const master of masters) expect(await cluster.ask(master, 'dbsize')).toBeGreaterThan(0);

  await world.gateway.query('mutation { signOut { userErrors { message } } }', {
    token: somebody?.token ?? '',
  });
  expect((await viewer(somebody?.token)).errors).not.toEqual([]);
});

describe('a batch of 100 keys that are all in Redis', () => {
  const masters = () => cluster.servers.filter(({ slots }) => slots !== undefined);
  const names = '... on User { username }';
  const inOneBatch = (ids: readonly string[]) => [
    { query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ${names} } }`, variables: { ids } },
  ];
  const apart = (ids: readonly string[]) =>
    ids.map((id) => ({ query: `query ($id: ID!) { node(id: $id) { ${names} } }`, variables: { id } }));

  /** Calls by command at each master, and the gateway's round trips, while a gateway without copies is asked. */
  async function costs(ids: readonly string[], requests: ReturnType<typeof apart | typeof inOneBatch>) {
    const gateway = await world.anotherGateway({ ...quiet, env: clusterEnv() });
    await vi.waitFor(async () =>
      expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ status: 'ready' }),
    );
    const { result, counts } = await gateway.counting(async () => {
      for (const master of masters()) await cluster.ask(master, 'config', 'resetstat');
      for (const { query, variables } of requests) {
        const { errors } = await gateway.query(query, { variables });
        expect(errors).toEqual([]);
      }
      return Promise.all(masters().map(commandsAt));
    });
    expect(counts.postgres).toEqual({});
    const reads = result.map((calls) => (calls.get('get') ?? 0) + (calls.get('mget') ?? 0));
    expect(reads.reduce((sum, each) => sum + each)).toBe(ids.length);
    return { trips: counts.redis['both'], commands: new Set(result.flatMap((calls) => [...calls.keys()])) };
  }

  async function commandsAt(master: ClusterServer): Promise<ReadonlyMap<string, number>> {
    const lines = String(await cluster.ask(master, 'info', 'commandstats')).matchAll(
      /^cmdstat_([^:|]+)[^:]*:calls=(\d+)/gm,
    );
    // The servers' own talk, the watch over them, and this question.
    const others = new Set(['replconf', 'ping', 'cluster', 'config', 'info', 'client', 'hello', 'role']);
    const calls = Array.from(lines, ([, name = '', count]) => [name, Number(count)] as const);
    return new Map(calls.filter(([name]) => !others.has(name)));
  }

  let ids: readonly string[];
  beforeAll(async () => {
    const rows = await onServer<{ id: string }>(
      world.database.primaryUrl,
      `INSERT INTO users (username, password_hash, display_name)
       SELECT 'many_' || n, '-', 'Somebody' FROM generate_series(1, 100) AS n RETURNING id::text`,
    );
    await world.database.replicated();
    ids = rows.map(({ id }) => toGlobalId('User', id));
    for (const { query, variables } of inOneBatch(ids)) await world.gateway.query(query, { variables });
    await world.gateway.app.idle();
  });

  it('is one round trip to each master, without a script', async () => {
    const { trips, commands } = await costs(ids, inOneBatch(ids));
    expect(trips).toBe(masters().length);
    expect([...commands]).toEqual(['get']);
  });

  it('is a hundred where the keys are asked for one by one: the test would notice', async () => {
    expect((await costs(ids, apart(ids))).trips).toBe(100);
  });
});
