import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { randomAppName, startGateway, type Gateway } from '../../testing/gateway.ts';
import { follow, storeLink, warmUp, type StoredLink } from '../../testing/stored-links.ts';
import { createFaultProxy, type FaultProxy } from '../../testing/servers/fault-proxy.ts';

let database: TestDatabase;
let nodes: readonly FaultProxy[];
let redis: FaultProxy;
let gateway: Gateway;
const app = randomAppName();

const before = (url: string) => createFaultProxy({ targetPort: Number(new URL(url).port) });
const start = (more: { readonly redisUrl: string }) =>
  startGateway({
    app,
    servers: {
      primaryUrl: nodes[0]?.through(database.primaryUrl) ?? '',
      replicaUrls: database.replicaUrls.map((url) => nodes[1]?.through(url) ?? ''),
      ...more,
    },
    env: { REDIS_DEADLINE_MS: '1000' },
  });

beforeAll(async () => {
  database = await createTestDatabase({
    databaseUrl: inject('databaseUrl'),
    replicaUrls: [inject('replicaUrl')],
  });
  nodes = await Promise.all([database.primaryUrl, ...database.replicaUrls].map(before));
  redis = await before(inject('redisUrl'));
  gateway = await start({ redisUrl: redis.through(inject('redisUrl')) });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([...nodes, redis].map((proxy) => proxy.close()));
  await database.drop();
});

async function without<T>(parts: readonly FaultProxy[], work: () => Promise<T>): Promise<T> {
  for (const part of parts) {
    await part.setMode({ kind: 'refuse' });
    part.resetConnections();
  }
  try {
    return await work();
  } finally {
    for (const part of parts) await part.setMode({ kind: 'pass' });
    const isUp = async () => expect((await follow(gateway, 'readyz')).text).toContain('"ready"');
    await vi.waitFor(isUp, { timeout: 20_000, interval: 50 });
  }
}

const expectHot = async (link: StoredLink) =>
  expect(await follow(gateway, link.code)).toMatchObject({ status: 302, isHot: true });

describe('without any database', () => {
  it('leads on where a copy is, and says elsewhere when to come back', async () => {
    const [hot, shared, cold] = [
      await storeLink(database),
      await storeLink(database),
      await storeLink(database),
    ];
    await warmUp({ gateway }, hot.code);
    await follow(gateway, shared.code, { headers: { 'user-agent': 'first bot' } });
    await gateway.app.idle();
    await without(nodes, async () => {
      await expectHot(hot);
      expect(await follow(gateway, shared.code)).toMatchObject({ status: 302, isHot: false });
      const answer = await follow(gateway, cold.code);
      expect(answer).toMatchObject({ status: 503, location: null });
      expect(JSON.parse(answer.text)).toMatchObject({
        errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
      });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });
    expect((await follow(gateway, cold.code)).status).toBe(302);
  });
});

describe('without Redis', () => {
  it('leads everywhere, past copies that nobody would take back', async () => {
    const [hot, cold] = [await storeLink(database), await storeLink(database)];
    await warmUp({ gateway }, hot.code);
    await expectHot(hot);
    await without([redis], async () => {
      for (const { code } of [hot, cold])
        await vi.waitFor(
          async () => expect(await follow(gateway, code)).toMatchObject({ status: 302, isHot: false }),
          {
            timeout: 10_000,
          },
        );
    });
  });

  it('and without any database, says so in time', async () => {
    const link = await storeLink(database);
    await warmUp({ gateway }, link.code);
    await without([redis, ...nodes], async () => {
      await vi.waitFor(async () => expect((await follow(gateway, link.code)).status).toBe(503), {
        timeout: 10_000,
      });
    });
  });
});

it('while it closes, a link that was asked for is still answered, and the connection ends', async () => {
  const link = await storeLink(database);
  const closing = await start({ redisUrl: inject('redisUrl') });
  await warmUp({ gateway: closing }, link.code);
  const socket = connect(Number(new URL(closing.url).port), '127.0.0.1');
  let received = '';
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
  const request = (path: string) => `GET /${path} HTTP/1.1\r\nHost: a\r\n`;
  // Begun, so that the connection is not idle.
  socket.write(`${request('healthz')}\r\n${request(link.code)}`);
  await vi.waitFor(() => expect(received).toContain('alive'), { timeout: 10_000 });
  const closed = closing.close();
  const refused = async () => expect(await fetch(closing.url).catch(() => 'refused')).toBe('refused');
  await vi.waitFor(refused, { timeout: 10_000, interval: 10 });
  socket.write('\r\n');
  await ended;
  await closed;
  expect(received).toMatch(/HTTP\/1\.1 302 Found\r\n[^]*connection: close\r\n/i);
});
