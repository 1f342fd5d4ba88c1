import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { onServer } from '../testing/database.ts';
import { createWorld, type World } from '../testing/world.ts';
import { requestFor } from '../testing/prove/redirects/connection.ts';
import { loadsApart } from '../testing/loads-apart.ts';
import { quiet, type Counts, type Gateway } from '../testing/gateway.ts';

/**
 * What a request costs, in round trips. Cold, the cache's protocol needs two before the statement (MGET, then LEASE for
 * what was not there) and one behind the answer (FILL); whatever the number of keys, each is one.
 */
const cold: Counts = { redis: { both: 3 }, postgres: { 'replica-1': 1 } };
const fromRedis: Counts = { redis: { both: 1 }, postgres: {} };
const fromL1: Counts = { redis: {}, postgres: {} };

let world: World;
let second: Gateway;
beforeAll(async () => {
  world = await createWorld(quiet);
  second = await world.anotherGateway(quiet);
  // Redis learns the scripts with their first use; until then they cost a round trip more.
  await world.gateway.query(nodesQuery, {
    variables: { ids: [toGlobalId('Product', await world.product())] },
  });
  await vi.waitFor(async () => {
    expect(await (await fetch(`${second.url}/readyz`)).json()).toMatchObject({ status: 'ready' });
  });
});
afterAll(() => world.close());

const nodesQuery = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Product { name price { amount } } ... on User { username displayName } }
}`;

async function costs(gateway: Gateway, query: string, ids: readonly string[]): Promise<Counts> {
  const { result, counts } = await gateway.counting(() =>
    gateway.query<{ nodes: unknown[] }>(query, { variables: { ids } }),
  );
  expect(result.errors).toEqual([]);
  expect(result.data?.nodes).toHaveLength(ids.length);
  return counts;
}

async function products(count: number): Promise<readonly string[]> {
  const keys = await Promise.all(Array.from({ length: count }, () => world.product()));
  return keys.map((key) => toGlobalId('Product', key));
}

describe('a request of one entity', () => {
  it('reads 50 products cold with one statement on the replica, then from Redis, then from nowhere', async () => {
    const ids = await products(50);
    expect(await costs(world.gateway, nodesQuery, ids)).toEqual(cold);
    expect(await costs(second, nodesQuery, ids)).toEqual(fromRedis);
    expect(await costs(second, nodesQuery, ids)).toEqual(fromL1);
  });

  it('reads 100 users’ profiles the same way', async () => {
    const rows = await onServer<{ id: string }>(
      world.database.primaryUrl,
      `INSERT INTO users (username, password_hash, display_name)
       SELECT 'many_' || n, '-', 'Somebody' FROM generate_series(1, 100) AS n RETURNING id::text`,
    );
    await world.database.replicated();
    const ids = rows.map(({ id }) => toGlobalId('User', id));
    expect(await costs(world.gateway, nodesQuery, ids)).toEqual(cold);
    expect(await costs(second, nodesQuery, ids)).toEqual(fromRedis);
    expect(await costs(second, nodesQuery, ids)).toEqual(fromL1);
  });

  it('asks once for a key that the request names many times', async () => {
    const [id = ''] = await products(1);
    expect(
      await costs(
        world.gateway,
        nodesQuery,
        Array.from({ length: 30 }, () => id),
      ),
    ).toEqual(cold);
  });
});

describe('a request of two entities', () => {
  const withStock = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { name inventory { stock status } } } }`;

  it('reads 20 products with their stock as one batch for each of the two', async () => {
    const ids = await products(20);
    const { redis, postgres } = await costs(world.gateway, withStock, ids);
    // A strict policy is filled from the primary: after a flush of Redis no fence would tell how far a replica must be.
    expect(postgres).toEqual({ 'replica-1': 1, primary: 1 });
    // The two looks, leases and fills; those that are asked for in the same turn share a round trip.
    expect(redis['both']).toBeLessThanOrEqual(5);
    expect(await costs(second, withStock, ids)).toEqual({ redis: { both: 2 }, postgres: {} });
    // Stock is strict: it has no copy in the process, so that no gateway shows one sold elsewhere.
    expect(await costs(second, withStock, ids)).toEqual(fromRedis);
  });
});

describe('a signed-in request', () => {
  it('costs one round trip more, for the session and its latest write', async () => {
    const me = await world.somebody();
    const ask = () => world.gateway.counting(() => me.query('{ viewer { username } }'));
    await ask();
    expect((await ask()).counts).toEqual({ redis: { both: 1 }, postgres: {} });
  });

  it('costs two side by side where live state has a server of its own', async () => {
    const me = await world.somebody();
    const env = { ...quiet.env, REDIS_STATE_URL: inject('redisUrl') };
    const apart = await world.anotherGateway({ ...quiet, env });
    const ask = () => apart.counting(() => apart.query('{ viewer { username } }', { token: me.token }));
    await ask();
    expect((await ask()).counts).toEqual({ redis: { cache: 1, state: 1 }, postgres: {} });
  });
});

describe('a list', () => {
  it('selects its ids with one statement and its products with another, whatever its length', async () => {
    await Promise.all(Array.from({ length: 40 }, () => world.product({ category: 'counted' })));
    const list = (gateway: Gateway) =>
      gateway.counting(() =>
        gateway.query('{ products(category: "counted", first: 40) { nodes { name price { amount } } } }'),
      );
    const { redis, postgres } = (await list(world.gateway)).counts;
    expect(postgres).toEqual({ 'replica-1': 2 });
    // Each level is looked for, leased, and stored behind the answer; what is stored may go with what comes next.
    expect([5, 6]).toContain(redis['both']);
    expect((await list(second)).counts).toEqual({ redis: { both: 2 }, postgres: {} });
  });
});

describe('requests of one moment', () => {
  /**
   * Forty products, each asked for by a request of its own; the statements that they were read with. All requests are sent at
   * once on one connection, so that the gateway has them in one turn, however busy the machine is.
   */
  async function statements(gateway: Gateway): Promise<number> {
    const ids = await products(40);
    const requests = ids.map((id) =>
      requestFor('graphql', [], JSON.stringify({ query: lookAt, variables: { id } })),
    );
    const { result, counts } = await gateway.counting(() =>
      answersTo(gateway, requests.join(''), ids.length),
    );
    expect(result).toEqual(ids.map((id) => `{"data":{"node":{"id":"${id}"}}`));
    return Object.values(counts.postgres).reduce((sum, count) => sum + count, 0);
  }

  it('are few statements', async () => {
    expect(await statements(world.gateway)).toBeLessThanOrEqual(4);
  });

  it('are one each where none is joined with another: the control', async () => {
    const apart = await world.anotherGateway({
      ...quiet,
      // Forty at once are more than there are connections.
      env: { ...quiet.env, POOL_WAIT_MS: '20000' },
      overrides: { ...quiet.overrides, around: { loads: () => loadsApart } },
    });
    expect(await statements(apart)).toBe(40);
  });
});

describe('the counters themselves', () => {
  it('agree with what Redis has seen', async () => {
    const ids = await products(3);
    const monitor = await watchRedis();
    await costs(world.gateway, nodesQuery, ids);
    // One MGET, then one script that leases all three keys, and one that fills them.
    await vi.waitFor(() => expect(monitor.commands()).toEqual(['mget', 'evalsha', 'evalsha']));
  });
});

const lookAt = 'query ($id: ID!) { node(id: $id) { id } }';

/** The data of so many answers, in their order. */
async function answersTo(gateway: Gateway, requests: string, count: number): Promise<readonly string[]> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  socket.write(requests);
  const found = () => [...text.matchAll(/\{"data":\{[^}]*\}\}/g)].map(([data]) => data);
  await vi.waitFor(() => expect(found()).toHaveLength(count), { timeout: 10_000, interval: 5 });
  return found();
}

/** MONITOR on a socket of its own: the commands on keys of this world, in the order in which Redis ran them. */
async function watchRedis(): Promise<{ commands(): readonly string[] }> {
  const { hostname, port } = new URL(inject('redisUrl'));
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  socket.write('MONITOR\r\n');
  await vi.waitFor(() => expect(text).toMatch(/^\+OK/));
  return {
    commands: () =>
      text
        .split('\r\n')
        // What a script does inside Redis is no command of ours.
        .filter((line) => line.includes(`"${world.app}:v`) && !line.includes(' lua] '))
        .map((line) => /\] "(\w+)"/.exec(line)?.[1]?.toLowerCase() ?? ''),
  };
}
