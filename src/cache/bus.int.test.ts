import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { systemClock, type Clock } from '../clock/clock.ts';
import { createGate, type Gate } from './testing/gate.ts';
import { createGateways, textPolicy, total, uniqueApp, type Gateway } from './testing/gateway.ts';
import { createTable, type Table } from './testing/table.ts';

const { start, close } = createGateways(inject('redisUrl'));
afterEach(close);

const policy = textPolicy({ l1ForMs: 60_000 });
const read = async (gateway: Gateway, table: Table) =>
  (await gateway.cache.getMany(policy, ['row'], table.source)).get('row');

/** Reads until the gateway has a copy: the first read fills Redis, the second makes the copy. */
async function warm(gateway: Gateway, table: Table): Promise<void> {
  for (let reads = 0; reads < 2; reads++) {
    await read(gateway, table);
    await gateway.cache.idle();
  }
  expect(gateway.cache.status().l1Entries).toBe(1);
}

describe('the copy in another gateway', () => {
  it('follows within the time of a message, the own one at once', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ row: 'old' });
    await warm(one, table);
    await warm(other, table);

    await one.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    expect(await read(one, table)).toBe('new');
    await vi.waitFor(() => expect(other.cache.status().l1Entries).toBe(0), { timeout: 500, interval: 1 });
    expect(await read(other, table)).toBe('new');
  });

  it('is not made of what was read before the message came', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ row: 'old' });
    await read(one, table);
    await one.cache.idle();

    const reply = holdReplies(other);
    const early = read(other, table);
    await reply.reached;
    await one.cache.invalidate([{ policy, id: 'row' }], table.write('row', 'new'));
    await systemClock.sleep(50); // The message is heard; nothing but its effect could be waited for.
    reply.open();
    expect(await early).toBe('old');
    expect(other.cache.status().l1Entries).toBe(0);
    expect(await read(other, table)).toBe('new');
  });

  it('is made of it when no message came: the control', async () => {
    const app = uniqueApp();
    const [one, other] = [await start({ app }), await start({ app })];
    const table = createTable({ row: 'old' });
    await read(one, table);
    await one.cache.idle();
    const reply = holdReplies(other);
    const early = read(other, table);
    await reply.reached;
    reply.open();
    await early;
    expect(other.cache.status().l1Entries).toBe(1);
  });
});

describe('without the bus', () => {
  it('copies are given up when the connection closes, and come back with it', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    gateway.subscriber.reconnect();
    await vi.waitFor(() => expect(gateway.cache.status()).toMatchObject({ bus: 'silent', l1Entries: 0 }), {
      interval: 1,
    });
    expect(await read(gateway, table)).toBe('old');
    await vi.waitFor(() => expect(gateway.cache.status().bus).toBe('heard'), { timeout: 2_000 });
    await warm(gateway, table);
  });

  it('copies are not used as soon as three heartbeats are late, even before any timer has run', async () => {
    let skippedMs = 0;
    const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + skippedMs };
    const gateway = await start({ clock, settings: { heartbeatMs: 10_000 } });
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    const hits = () => total(gateway.metrics.cacheReads, { tier: 'l1' });
    skippedMs = 29_000;
    await read(gateway, table);
    expect([gateway.cache.status().bus, await hits()]).toEqual(['heard', 1]);
    skippedMs = 31_000;
    await read(gateway, table);
    expect([gateway.cache.status().bus, await hits()]).toEqual(['silent', 1]);
  });

  it('what was being read when it returned is not copied', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await read(gateway, table);
    await gateway.cache.idle();
    gateway.subscriber.reconnect();
    await vi.waitFor(() => expect(gateway.cache.status().bus).toBe('silent'), { interval: 1 });
    const reply = holdReplies(gateway);
    const early = read(gateway, table);
    await reply.reached;
    await vi.waitFor(() => expect(gateway.cache.status().bus).toBe('heard'), { timeout: 2_000 });
    reply.open();
    await early;
    expect(gateway.cache.status().l1Entries).toBe(0);
  });

  it('a message that nobody can read is ignored', async () => {
    const gateway = await start();
    const table = createTable({ row: 'old' });
    await warm(gateway, table);
    for (const text of [
      '',
      'I',
      'I{',
      'Inull',
      'I{"origin":1}',
      'I{"origin":"x","lsn":"0","entryKeys":[]}',
      '?',
    ]) {
      await gateway.redis.batch([['publish', `${gateway.app}:v2:bus`, text]]);
    }
    await systemClock.sleep(20);
    expect(gateway.cache.status()).toMatchObject({ bus: 'heard', l1Entries: 1 });
  });
});

/** Holds the reply to the next MGET after Redis has given it. */
function holdReplies(gateway: Gateway): Gate {
  const gate = createGate();
  const ask = gateway.redis.mget.bind(gateway.redis);
  vi.spyOn(gateway.redis, 'mget').mockImplementationOnce(async (keys) => {
    const reply = await ask(keys);
    await gate.pass();
    return reply;
  });
  return gate;
}
