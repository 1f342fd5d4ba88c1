import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeTemporaryFolder } from '../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../dev/processes/service-user.ts';
import { createRedisServer, type RedisServer } from '../dev/redis/redis-server.ts';
import { PASS } from '../testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import { createEpochTable } from './testing/epochs.ts';
import { createGateways, keysOf, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

let server: RedisServer;
let proxy: FaultProxy;
let folder: string;
let gateways: ReturnType<typeof createGateways>;
beforeAll(async () => {
  folder = await makeTemporaryFolder('tributary-outage-test-', await findServiceUser());
  server = await createRedisServer({ dataDir: join(folder, 'redis') });
  proxy = await createFaultProxy({ targetPort: server.port });
  gateways = createGateways(proxy.through(server.url), { redisSettings: {} });
}, 30_000);
afterEach(async () => {
  await gateways.close();
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const policy = textPolicy();
const read = async (gateway: Gateway, table: Table) =>
  (await gateway.cache.getMany(policy, ['row'], table.source)).get('row');
const invalidate = (gateway: Gateway, table: Table, value: string) =>
  gateway.cache.invalidate([{ policy, id: 'row' }], table.write('row', value));

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

const faults = {
  unreachable: { fail: () => proxy.setMode({ kind: 'black-hole' }), repair: () => proxy.setMode(PASS) },
  cut: { fail: () => proxy.setMode({ kind: 'reset' }), repair: () => proxy.setMode(PASS) },
  dead: { fail: () => server.kill(), repair: () => server.restart() },
  frozen: {
    fail: () => Promise.resolve().then(() => server.freeze()),
    repair: () => Promise.resolve().then(() => server.resume()),
  },
};

describe.each(Object.entries(faults))('while Redis is %s', (_, { fail, repair }) => {
  it('reads answer from the source, the first after at most the deadline, and hits return with Redis', async () => {
    const gateway = await gateways.start();
    const table = createTable({ row: 'value' });
    await read(gateway, table);
    await gateway.cache.idle();

    await fail();
    const first = await timed(() => read(gateway, table));
    expect(first.value).toBe('value');
    expect(first.ms).toBeLessThan(100);
    const next = await timed(async () => {
      for (let reads = 0; reads < 100; reads++) expect(await read(gateway, table)).toBe('value');
    });
    expect(next.ms / 100).toBeLessThan(1);

    await repair();
    const back = await timed(() => gateway.redis.untilUp(5_000));
    expect(back.value).toBe(true);
    expect(back.ms).toBeLessThan(2_000);
    await read(gateway, table);
    await gateway.cache.idle();
    const loads = table.loads.length;
    expect(await read(gateway, table)).toBe('value');
    expect(table.loads).toHaveLength(loads);
  });

  it('an invalidation fails within the deadline and is replayed before anyone reads Redis again', async () => {
    const gateway = await gateways.start();
    const other = await gateways.start({ app: gateway.app });
    const table = createTable({ row: 'old' });
    await read(gateway, table);
    await gateway.cache.idle();

    await fail();
    const failed = await timed(() => invalidate(gateway, table, 'new'));
    expect(failed.value).toBe(false);
    expect(failed.ms).toBeLessThan(100);
    expect(gateway.cache.status()).toMatchObject({ redis: 'down', queued: 1 });

    const queuedAtReturn = new Promise((resolve) => {
      gateway.redis.onChange((state) => {
        if (state === 'closed') resolve(gateway.cache.status().queued);
      });
    });
    await repair();
    expect(await queuedAtReturn).toBe(0);
    // Also for the others: it was done to Redis, with the lsn of the commit.
    await other.redis.untilUp(2_000);
    expect(await read(other, table)).toBe('new');
    expect(table.loads.at(-1)?.from).toBe('primary');
  });
});

describe('without heartbeats', () => {
  it('copies are given up although no connection was closed', async () => {
    const gateway = await gateways.start({ settings: { heartbeatMs: 50 } });
    const table = createTable({ row: 'value' });
    for (let reads = 0; reads < 2; reads++) {
      await read(gateway, table);
      await gateway.cache.idle();
    }
    expect(gateway.cache.status()).toMatchObject({ bus: 'heard', l1Entries: 1 });
    server.freeze();
    const gone = await timed(() =>
      vi.waitFor(() => expect(gateway.cache.status().l1Entries).toBe(0), { timeout: 2_000, interval: 5 }),
    );
    expect(gone.ms).toBeLessThan(400);
    server.resume();
    await vi.waitFor(() => expect(gateway.cache.status()).toMatchObject({ redis: 'up', bus: 'heard' }), {
      timeout: 2_000,
    });
  });
});

describe('without Redis', () => {
  it('a gateway starts, reads strict policies on the primary, and fills nothing', async () => {
    await server.stop();
    const gateway = await gateways.start({ waitMs: 100 });
    expect(gateway.cache.status()).toMatchObject({ redis: 'down', bus: 'silent' });
    const table = createTable({ row: 'value' });
    table.replicate();
    await read(gateway, table);
    await gateway.cache.getMany(textPolicy({ name: 'strict', strict: true }), ['row'], table.source);
    expect(table.loads.map(({ from }) => from)).toEqual(['replica', 'primary']);
    expect(await total(gateway.metrics.cacheFills)).toBe(0);
    await server.restart();
    expect(await gateway.redis.untilUp(2_000)).toBe(true);
  });

  it('readers of one key still share one load', async () => {
    const gateway = await gateways.start();
    const table = createTable({ row: 'value' });
    server.freeze();
    await Promise.all(Array.from({ length: 100 }, () => read(gateway, table)));
    expect(table.loads).toHaveLength(1);
    server.resume();
    await gateway.redis.untilUp(2_000);
  });

  it('more invalidations than can be remembered make every older entry unreachable when it returns', async () => {
    const app = uniqueApp();
    const epochs = createEpochTable();
    const seenByOther = epochs.view();
    const gateway = await gateways.start({ app, epochs: epochs.view(), settings: { maxQueued: 2 } });
    const other = await gateways.start({ app, epochs: seenByOther });
    const table = createTable({ row: 'old', a: 'a', b: 'b' });
    await other.cache.getMany(policy, ['row', 'a', 'b'], table.source);
    await other.cache.idle();
    server.freeze();
    await gateway.cache.invalidate(
      ['a', 'b', 'c'].map((id) => ({ policy, id })),
      table.write('a', 'new'),
    );
    const lastWrite = table.write('row', 'new');
    await gateway.cache.invalidate([{ policy, id: 'row' }], lastWrite);
    server.resume();
    expect(await gateway.redis.untilUp(2_000)).toBe(true);
    await other.redis.untilUp(2_000);
    expect(epochs.value('generation')).toBe(2);
    seenByOther.sample();
    // Under a new generation there are no fences yet: who sees it, reads from no replica that is before it.
    const floored: typeof table.source = {
      load: (keys, need) => table.source.load(keys, { ...need, atLeast: lastWrite }),
    };
    const found = await other.cache.getMany(policy, ['row', 'a', 'b'], floored);
    expect([...found.values()]).toEqual(['new', 'new', 'b']);
  });
});

describe('a Redis that answers but refuses to write', () => {
  it('is not read until it has taken the invalidations', async () => {
    const gateway = await gateways.start();
    const table = createTable({ row: 'old' });
    await read(gateway, table);
    await gateway.cache.idle();
    const limit = (bytes: number) => gateway.redis.batch([['config', 'set', 'maxmemory', bytes]]);
    await limit(1);
    expect(await invalidate(gateway, table, 'new')).toBe(false);
    table.replicate();
    expect(gateway.cache.status()).toMatchObject({ redis: 'down', queued: 1 });
    expect(await read(gateway, table)).toBe('new');

    const admin = await gateways.start();
    await admin.redis.batch([['config', 'set', 'maxmemory', 0]]);
    await vi.waitFor(() => expect(gateway.cache.status()).toMatchObject({ redis: 'up', queued: 0 }), {
      timeout: 2_000,
    });
    expect(await read(gateway, table)).toBe('new');
  });
});

describe('a Redis that was restarted', () => {
  it('gets the scripts again, without anyone noticing', async () => {
    const gateway = await gateways.start();
    const table = createTable({ row: 'value' });
    await read(gateway, table);
    await gateway.cache.idle();
    await server.restart();
    await vi.waitFor(() => expect(gateway.redis.state()).toBe('open'));
    await gateway.redis.untilUp(2_000);
    await read(gateway, table);
    await gateway.cache.idle();
    expect(await keysOf(gateway)).toHaveLength(1);
    expect(await invalidate(gateway, table, 'new')).toBe(true);
    expect(await read(gateway, table)).toBe('new');
  });
});
