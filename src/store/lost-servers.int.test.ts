import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { setReplicaDelay } from '../dev/postgres/replica-control.ts';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log/log.ts';
import { onServer } from '../testing/database.ts';
import { startGateway, type Gateway } from '../testing/gateway.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';

const lagMs = 3_000;
let servers: TestServers;
let gateway: Gateway;
let token: string;

beforeAll(async () => {
  servers = await startTestServers();
  await migrate(servers.databaseUrl, createLog({ level: 'silent' }));
  gateway = await startGateway({
    servers: {
      primaryUrl: servers.databaseUrl,
      replicaUrls: servers.replicaUrls,
      redisUrl: servers.redisUrl,
    },
    env: { REDIS_DEADLINE_MS: '1000' },
  });
  const { data } = await gateway.query<{ signUp: { token: string } }>(
    'mutation { signUp(input: { username: "admin", password: "long enough" }) { token } }',
  );
  token = data?.signUp.token ?? '';
  await onServer(servers.databaseUrl, `UPDATE users SET role = 'ADMIN'`);
});
afterAll(async () => {
  await gateway.close();
  await servers.stop();
});

/** A product that the replica has, with its price just changed on the primary and not yet on the replica. */
async function changedProduct(): Promise<string> {
  const [replica] = servers.replicas;
  if (replica === undefined) throw new Error('there is no replica');
  await setReplicaDelay(replica, 0);
  const rows = await onServer<{ id: string }>(
    servers.databaseUrl,
    `WITH made AS (
       INSERT INTO products (name, price_minor, currency_code, category, created_at)
       VALUES ('Kettle', 1000, 'EUR', 'kitchen', now() - interval '2 days') RETURNING id)
     INSERT INTO inventory SELECT id, 1 FROM made RETURNING product_id::text AS id`,
  );
  const key = rows[0]?.id ?? '';
  const seen = () => onServer(servers.replicaUrls[0] ?? '', 'SELECT FROM products WHERE id = $1', [key]);
  await vi.waitFor(async () => expect(await seen()).toHaveLength(1), { timeout: 10_000 });
  await setReplicaDelay(replica, lagMs);
  const id = toGlobalId('Product', key);
  const { errors } = await gateway.query(
    `mutation ($id: ID!) {
      updateProduct(input: { id: $id, price: { amount: "20", currencyCode: EUR } }) { userErrors { code } }
    }`,
    { variables: { id }, token },
  );
  expect(errors).toEqual([]);
  return id;
}

async function priceOf(id: string): Promise<string | undefined> {
  const { data } = await gateway.query<{ product: { price: { amount: string } } }>(
    'query ($id: ID!) { product(id: $id) { price { amount } } }',
    { variables: { id } },
  );
  return data?.product.price.amount;
}

const cacheState = async () => (await fetch(`${gateway.url}/readyz`)).json();

describe('when Redis has lost its fences and the replica lags', () => {
  it('nothing old is read once Redis is back from being away', async () => {
    const id = await changedProduct();
    await servers.redis?.kill();
    await vi.waitFor(async () => expect(await cacheState()).toMatchObject({ checks: { redis: 'down' } }));
    await servers.redis?.restart();
    await vi.waitFor(async () => expect(await cacheState()).toMatchObject({ checks: { redis: 'up' } }), {
      timeout: 5_000,
    });
    expect(await priceOf(id)).toBe('20.00');
  });

  it('something old is read after a flush that nobody has noticed yet, and not for longer than that takes', async () => {
    const id = await changedProduct();
    const redis = new Redis(servers.redisUrl);
    await redis.flushall();
    redis.disconnect();
    // The copy in this process was dropped by the change, so this read refills Redis.
    expect(await priceOf(id)).toBe('10.00');
    await vi.waitFor(async () => expect(await priceOf(id)).toBe('20.00'), { timeout: 5_000 });
  });
});

describe('when every Postgres server is gone', () => {
  it('what Redis holds is still answered, the rest says so, and the gateway is unavailable', async () => {
    const id = await changedProduct();
    expect(await priceOf(id)).toBe('20.00');
    await gateway.app.idle();
    for (const server of [servers.primary, ...servers.replicas]) await server?.kill();
    await vi.waitFor(async () => expect(await cacheState()).toMatchObject({ status: 'unavailable' }), {
      timeout: 5_000,
    });
    const ready = await fetch(`${gateway.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'unavailable' }]);
    expect(await priceOf(id)).toBe('20.00');
    const { errors } = await gateway.query('{ products(first: 1) { nodes { name } } }');
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});
