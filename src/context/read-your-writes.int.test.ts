import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { migrate } from '../database/migrate.ts';
import { setReplicaDelay } from '../dev/postgres/replica-control.ts';
import { createLog } from '../log/log.ts';
import { onServer } from '../testing/database.ts';
import { randomAppName, startGateway, type Gateway } from '../testing/gateway.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';

const origin = 'https://shop.example.com';
const header = 'x-consistency-token';
/** So far apart that a busy machine does not reach it. */
const lagMs = 60_000;

let servers: TestServers;
let one: Gateway;
let other: Gateway;
let session: string;

beforeAll(async () => {
  servers = await startTestServers();
  await migrate(servers.databaseUrl, createLog({ level: 'silent' }));
  const app = randomAppName();
  const start = () =>
    startGateway({
      app,
      servers: {
        primaryUrl: servers.databaseUrl,
        replicaUrls: servers.replicaUrls,
        redisUrl: servers.redisUrl,
      },
      env: { REDIS_DEADLINE_MS: '5000', REPLICA_MAX_LAG_MS: '25000', CORS_ORIGINS: origin },
    });
  one = await start();
  other = await start();
  const { data } = await one.query<{ signUp: { token: string } }>(
    'mutation { signUp(input: { username: "admin", password: "long enough" }) { token } }',
  );
  session = data?.signUp.token ?? '';
  await onServer(servers.databaseUrl, `UPDATE users SET role = 'ADMIN'`);
}, 60_000);
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await servers.stop();
});

interface Asking {
  readonly token?: string | undefined;
  readonly session?: string | undefined;
}

async function ask(gateway: Gateway, query: string, { token, session: who }: Asking = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin,
      ...(token === undefined ? {} : { [header]: token }),
      ...(who === undefined ? {} : { authorization: `Bearer ${who}` }),
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, body: (await response.text()).trim() };
}

/** Through the first gateway; resolves to its token. */
async function move(id: string, category: string): Promise<string | undefined> {
  const { headers, body } = await ask(
    one,
    `mutation { updateProduct(input: { id: "${toGlobalId('Product', id)}", category: "${category}" }) { userErrors { code } } }`,
    { session },
  );
  expect(body).toContain('"userErrors":[]');
  return headers.get(header) ?? undefined;
}

/** A kettle somewhere else, and in the category so many that are newer that its place in it would be behind what is cached of a list. */
async function crowd(category: string) {
  const ids = await onServer<{ id: string }>(
    servers.databaseUrl,
    `INSERT INTO products (name, price_minor, currency_code, category)
     SELECT CASE n WHEN 0 THEN 'Kettle' ELSE 'Cup' END, 100, 'EUR', CASE n WHEN 0 THEN 'elsewhere' ELSE $1 END
     FROM generate_series(0, 101) AS n RETURNING id::text`,
    [category],
  );
  const [kettle = '', last = ''] = ids.map(({ id }) => id);
  const [replicaUrl = ''] = servers.replicaUrls;
  // Nobody tells the gateways of these rows: they are to be there before a list is cached.
  await vi.waitFor(async () =>
    expect(await onServer(replicaUrl, 'SELECT FROM products WHERE category = $1', [category])).toHaveLength(
      101,
    ),
  );
  const after = Buffer.from(`products:${last}`).toString('base64url');
  return {
    kettle,
    behind: async (asking: Asking = {}) =>
      (
        await ask(
          other,
          `{ products(category: "${category}", first: 5, after: "${after}") { nodes { name } } }`,
          asking,
        )
      ).body,
  };
}

const found = '{"data":{"products":{"nodes":[{"name":"Kettle"}]}}}';
const missing = '{"data":{"products":{"nodes":[]}}}';

describe('a product moved through one gateway while the replica lags', () => {
  let token: string | undefined;
  let behind: Awaited<ReturnType<typeof crowd>>['behind'];
  beforeAll(async () => {
    const [replica] = servers.replicas;
    if (replica === undefined) throw new Error('there is no replica');
    const made = await crowd('lagging');
    ({ behind } = made);
    expect(await behind()).toBe(missing);
    await setReplicaDelay(replica, lagMs);
    token = await move(made.kettle, 'lagging');
    return () => setReplicaDelay(replica, 0);
  });

  it('is missing from another gateway’s list, as far as it is not cached, for whoever did not move it', async () => {
    expect(await behind()).toBe(missing);
  });

  it('is there for the token that its mover was given', async () => {
    expect(token).toMatch(/^1\.[0-9a-f]+\.[0-9a-z]+$/);
    expect(await behind({ token })).toBe(found);
  });

  it('is there for the session that moved it', async () => {
    expect(await behind({ session })).toBe(found);
  });

  it('is there for a token that claims more than there is: it is read on the primary', async () => {
    const forged = `1.ffffffffffffffff.${(Date.now() + 30_000).toString(36)}`;
    expect(await behind({ token: forged })).toBe(found);
    // Nothing of the forgery has stayed anywhere.
    expect(await behind()).toBe(missing);
  });
});

describe('the header', () => {
  it('is in the answer to a write, and a browser may read it', async () => {
    const { headers } = await ask(
      one,
      'mutation { updateProfile(input: { displayName: "A" }) { user { id } } }',
      {
        session,
      },
    );
    expect(headers.get(header)).toMatch(/^1\./);
    expect(headers.get('access-control-expose-headers')?.split(', ')).toContain(header);
  });

  it('is not in the answer to a read', async () => {
    expect((await ask(one, '{ viewer { username } }', { session })).headers.get(header)).toBeNull();
  });

  it('may be sent from a browser', async () => {
    const preflight = await fetch(`${one.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': header,
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain(header);
  });

  it('fails the request with BAD_REQUEST where it is malformed', async () => {
    const { status, body } = await ask(one, '{ viewer { username } }', { token: 'nonsense' });
    expect([status, body]).toEqual([400, expect.stringContaining('"code":"BAD_REQUEST"')]);
  });
});

it('at least 95 % of reads stay off the primary while one client in forty writes', async () => {
  const rounds = 8;
  const { kettle, behind } = await crowd('mixed');
  const { counts } = await other.counting(async () => {
    let token: string | undefined;
    for (let round = 0; round < rounds; round += 1) {
      if (round % 4 === 0) token = await move(kettle, round === 0 ? 'mixed' : 'elsewhere');
      await Promise.all(Array.from({ length: 40 }, (_, client) => behind(client === 0 ? { token } : {})));
    }
  });
  const { primary = 0, 'replica-1': replica = 0 } = counts.postgres;
  expect(replica).toBeGreaterThan(rounds * 20);
  expect(replica / (primary + replica)).toBeGreaterThanOrEqual(0.95);
});
