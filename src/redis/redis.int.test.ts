import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { makeTemporaryFolder } from '../dev/processes/reachable-folder.ts';
import { findServiceUser } from '../dev/processes/service-user.ts';
import { createRedisServer } from '../dev/redis/redis-server.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFaultProxy } from '../testing/servers/fault-proxy.ts';
import { openRedis } from './open-redis.ts';
import type { Candidate } from './candidate.conformance.ts';
import { redisContract } from './redis.conformance.ts';
import { subscriberContract } from './subscriber.conformance.ts';
import { createRedis } from './redis.ts';
import { defineScript } from './script.ts';

describe('a single server', () => {
  const candidate: Candidate = {
    urls: () => [inject('redisUrl')],
    open: (needs) => openRedis({ ...needs, cluster: false }),
  };
  redisContract(candidate);
  subscriberContract(candidate);
});

it('calls of one turn are one command, where all keys are on one server', async () => {
  const log = createLog({ level: 'silent' });
  const redis = createRedis({
    ...{ url: inject('redisUrl'), role: 'cache', clock: systemClock, metrics: createMetrics(), log },
  });
  onTestFinished(() => redis.close());
  await redis.untilUp(5_000);
  const lua = 'local all = {} for index = 1, #KEYS do all[index] = #KEYS end return all';
  const count = defineScript({ name: 'count', keys: 1, perKey: true, lua });
  const ask = () => Promise.all(['a', 'b', 'c'].map((key) => redis.batch([[count, key]])));
  expect(await ask()).toEqual([[3], [3], [3]]);
  expect(await redis.batch([[count, 'a']])).toEqual([1]);
});

describe('the identity of a single server', () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const one of cleanUp.splice(0).toReversed()) await one();
  });

  function connect(url: string) {
    const log = createLog({ level: 'silent' });
    const redis = createRedis({ url, role: 'cache', clock: systemClock, metrics: createMetrics(), log });
    cleanUp.push(() => redis.close());
    return redis;
  }

  async function startServer() {
    const folder = await makeTemporaryFolder('tributary-identity-test-', await findServiceUser());
    const server = await createRedisServer({ dataDir: join(folder, 'redis'), persistent: true });
    cleanUp.push(() => rm(folder, { recursive: true, force: true }));
    cleanUp.push(() => server.stop());
    return server;
  }

  it('is the same for two gateways and after a lost connection, and another after a restart with the same data', async () => {
    const server = await startServer();
    const [one, other] = [connect(server.url), connect(server.url)];
    expect(one.identity()).toBeUndefined();
    await Promise.all([one.untilUp(5_000), other.untilUp(5_000)]);
    const before = one.identity();
    expect(before).toMatch(/^[0-9a-f]{40}$/);
    expect(other.identity()).toBe(before);
    await one.batch([['set', 'word', 'kept']]);

    const seenByHooks: (string | undefined)[] = [];
    one.beforeReturn({ run: () => Promise.resolve(void seenByHooks.push(one.identity())), done: () => true });
    // A connection cannot name itself and live; the other client ends all of them.
    await other.batch([['client', 'kill', 'type', 'normal']]);
    await until(() => seenByHooks.length > 0 && one.state() === 'closed');
    expect(seenByHooks.at(-1)).toBe(before);

    const hooksBefore = seenByHooks.length;
    await server.restart();
    await until(() => seenByHooks.length > hooksBefore && one.state() === 'closed');
    expect(seenByHooks.at(-1)).not.toBe(before);
    await other.untilUp(5_000);
    expect(other.identity()).toBe(one.identity());
    expect(await one.mget(['word'])).toEqual(['kept']);
  });

  it('is of no use where the server was demoted: nobody passes until it is a master', async () => {
    const server = await startServer();
    const redis = connect(server.url);
    await redis.untilUp(5_000);
    await redis.batch([['replicaof', '127.0.0.1', 1]]);
    const [refused] = await redis.batch([['set', 'word', 'x']]);
    expect(String(refused)).toMatch(/^RedisUnavailable: READONLY/);
    expect(redis.state()).toBe('open');
    expect(await redis.untilUp(300)).toBe(false);
    await server.restart();
    expect(await redis.untilUp(5_000)).toBe(true);
  });

  it('needs the right password', async () => {
    const server = await startServer();
    const admin = connect(server.url);
    await admin.untilUp(5_000);
    await admin.batch([['config', 'set', 'requirepass', 'secret']]);
    const [right, wrong] = ['secret', 'guess'].map((word) =>
      connect(server.url.replace('//', `//:${word}@`)),
    );
    expect(await right?.untilUp(5_000)).toBe(true);
    expect(await wrong?.untilUp(300)).toBe(false);
  });
});

describe('a connection that takes long to be made', () => {
  /** Two round trips of 200 ms or more, before the first probe can be answered. */
  async function isMade(connectTimeoutMs: number): Promise<boolean> {
    const target = new URL(inject('redisUrl'));
    const line = await createFaultProxy({ targetPort: Number(target.port) });
    onTestFinished(() => line.close());
    await line.setMode({ kind: 'latency', delayMs: 100 });
    const redis = createRedis({
      url: line.through(target.href),
      role: 'cache',
      clock: systemClock,
      metrics: createMetrics(),
      log: createLog({ level: 'silent' }),
      settings: { deadlineMs: 5_000, silentForMs: 100, connectTimeoutMs },
    });
    onTestFinished(() => redis.close());
    return redis.untilUp(connectTimeoutMs * 10);
  }

  it('is waited for, though it is silent for longer than one that is in use may be', async () => {
    expect(await isMade(1_500)).toBe(true);
  });

  it('is replaced in the end: one that will never answer keeps nobody from the next', async () => {
    expect(await isMade(100)).toBe(false);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
