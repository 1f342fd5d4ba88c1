import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeTemporaryFolder } from '../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../dev/processes/service-user.ts';
import { createRedisServer, type RedisServer } from '../dev/redis/redis-server.ts';
import { defaultRedisSettings } from '../redis/redis.ts';
import { PASS } from '../testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../testing/servers/fault-proxy.ts';
import { missedBeats } from './bus.ts';
import { createCountingClock } from './testing/counting-clock.ts';
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

const { deadlineMs, probeEveryMs } = defaultRedisSettings;
/** Two seconds, as a gateway counts them: by its probes. */
const probesUntilBack = 2_000 / probeEveryMs;
/** How long a busy machine may take over what is counted. */
const patienceMs = 15_000;

/** Whether `work` waited for no timer and no socket: it was done before the present task of the event loop ended. */
async function isDoneAtOnce(work: () => Promise<unknown>): Promise<boolean> {
  let isOver = false;
  process.nextTick(() => (isOver = true));
  await work();
  return !isOver;
}

/** `deadlines`: how many run out before it is known. A connection that closes tells at once. */
const faults = {
  unreachable: {
    deadlines: 1,
    fail: () => proxy.setMode({ kind: 'black-hole' }),
    repair: () => proxy.setMode(PASS),
  },
  cut: { deadlines: 0, fail: () => proxy.setMode({ kind: 'reset' }), repair: () => proxy.setMode(PASS) },
  dead: { deadlines: 0, fail: () => server.kill(), repair: () => server.restart() },
  frozen: {
    deadlines: 1,
    fail: () => Promise.resolve().then(() => server.freeze()),
    repair: () => Promise.resolve().then(() => server.resume()),
  },
};

describe.each(Object.entries(faults))('while Redis is %s', (_, { deadlines, fail, repair }) => {
  it('reads answer from the source, the first after at most one deadline, the next at once, and hits return', async () => {
    const clock = createCountingClock();
    const gateway = await gateways.start({ clock });
    const trips = () => total(gateway.metrics.redisRoundTrips);
    const table = createTable({ row: 'value' });
    expect(await isDoneAtOnce(() => read(gateway, table))).toBe(false);
    await gateway.cache.idle();

    await fail();
    const before = { trips: await trips(), deadlines: clock.fired(deadlineMs) };
    expect(await read(gateway, table)).toBe('value');
    expect(clock.fired(deadlineMs) - before.deadlines).toBe(deadlines);
    expect((await trips()) - before.trips).toBeLessThanOrEqual(1);
    const known = await trips();
    const next = await isDoneAtOnce(async () => {
      for (let reads = 0; reads < 100; reads++) expect(await read(gateway, table)).toBe('value');
    });
    expect(next).toBe(true);
    expect(await trips()).toBe(known);

    await repair();
    const probes = clock.fired(probeEveryMs);
    expect(await gateway.redis.untilUp(patienceMs)).toBe(true);
    expect(clock.fired(probeEveryMs) - probes).toBeLessThanOrEqual(probesUntilBack);
    await read(gateway, table);
    await gateway.cache.idle();
    const loads = table.loads.length;
    expect(await read(gateway, table)).toBe('value');
    expect(table.loads).toHaveLength(loads);
  });

  it('an invalidation fails within the deadline and is replayed before anyone reads Redis again', async () => {
    const clock = createCountingClock();
    const gateway = await gateways.start({ clock });
    const other = await gateways.start({ app: gateway.app });
    const table = createTable({ row: 'old' });
    await read(gateway, table);
    await gateway.cache.idle();

    await fail();
    const before = clock.fired(deadlineMs);
    expect(await invalidate(gateway, table, 'new')).toBe(false);
    expect(clock.fired(deadlineMs) - before).toBe(deadlines);
    expect(gateway.cache.status()).toMatchObject({ redis: 'down', queued: 1 });

    const queuedAtReturn = new Promise((resolve) => {
      gateway.redis.onChange((state) => {
        if (state === 'closed') resolve(gateway.cache.status().queued);
      });
    });
    await repair();
    expect(await queuedAtReturn).toBe(0);
    // Also for the others: it was done to Redis, with the lsn of the commit.
    expect(await other.redis.untilUp(patienceMs)).toBe(true);
    expect(await read(other, table)).toBe('new');
    expect(table.loads.at(-1)?.from).toBe('primary');
  });
});

describe('without heartbeats', () => {
  it('copies are given up although no connection was closed', async () => {
    // Unlike any other timer's, for it is counted by its length.
    const heartbeatMs = 53;
    // The bus's own, and those of what retries and looks as often.
    const timersPerBeat = 3;
    const clock = createCountingClock();
    const gateway = await gateways.start({ clock, settings: { heartbeatMs } });
    const table = createTable({ row: 'value' });
    for (let reads = 0; reads < 2; reads++) {
      await read(gateway, table);
      await gateway.cache.idle();
    }
    expect(gateway.cache.status()).toMatchObject({ bus: 'heard', l1Entries: 1 });
    server.freeze();
    const beats = clock.fired(heartbeatMs);
    const patience = { timeout: patienceMs, interval: 5 };
    await vi.waitFor(() => expect(gateway.cache.status().l1Entries).toBe(0), patience);
    // The last one that was heard may lie a whole beat before the freeze, and a beat passes until it is looked at.
    expect((clock.fired(heartbeatMs) - beats) / timersPerBeat).toBeLessThanOrEqual(missedBeats + 2);
    server.resume();
    await vi.waitFor(
      () => expect(gateway.cache.status()).toMatchObject({ redis: 'up', bus: 'heard' }),
      patience,
    );
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
    expect(await gateway.redis.untilUp(patienceMs)).toBe(true);
  });

  it('readers of one key still share one load', async () => {
    const gateway = await gateways.start();
    const table = createTable({ row: 'value' });
    server.freeze();
    await Promise.all(Array.from({ length: 100 }, () => read(gateway, table)));
    expect(table.loads).toHaveLength(1);
    server.resume();
    expect(await gateway.redis.untilUp(patienceMs)).toBe(true);
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
    expect(await gateway.redis.untilUp(patienceMs)).toBe(true);
    expect(await other.redis.untilUp(patienceMs)).toBe(true);
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
      timeout: patienceMs,
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
    await vi.waitFor(() => expect(gateway.redis.state()).toBe('open'), { timeout: patienceMs });
    expect(await gateway.redis.untilUp(patienceMs)).toBe(true);
    await read(gateway, table);
    await gateway.cache.idle();
    expect(await keysOf(gateway)).toHaveLength(1);
    expect(await invalidate(gateway, table, 'new')).toBe(true);
    expect(await read(gateway, table)).toBe('new');
  });
});
