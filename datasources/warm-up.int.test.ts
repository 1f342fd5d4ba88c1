import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { systemClock } from '../src/clock/clock.ts';
import { createLog } from '../src/log/log.ts';
import { createMetrics } from '../src/metrics/metrics.ts';
import { createRedis, type Redis } from '../src/redis/redis.ts';
import { onServer } from '../src/testing/database.ts';
import { createWorld, type World } from '../src/testing/world.ts';

const users = 30;
let world: World;
let redis: Redis;
beforeAll(async () => {
  world = await createWorld();
  redis = createRedis({
    url: inject('redisUrl'),
    role: 'cache',
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
    settings: { deadlineMs: 5_000 },
  });
  await redis.untilUp(5_000);
  const people = await Promise.all(Array.from({ length: users }, () => world.somebody()));
  for (const one of people) await one.query('mutation { heartbeat { userErrors { code } } }');
  await world.gateway.app.idle();
}, 60_000);
afterAll(async () => {
  await redis.close();
  await world.close();
});

async function profiles(): Promise<readonly string[]> {
  const [keys] = await redis.batch([['keys', `${world.app}:*:user.1:*`]]);
  return Array.isArray(keys) ? keys.map(String) : [];
}

async function forget(): Promise<void> {
  await redis.batch((await profiles()).map((key) => ['del', key]));
  expect(await profiles()).toEqual([]);
}

const startWorker = (budgetMs: number) =>
  world.anotherGateway({ env: { ROLES: 'worker', WARM_UP_MS: String(budgetMs) } });

it('a worker that is given no time for it leaves a cold cache cold: the test would notice', async () => {
  await forget();
  const worker = await startWorker(0);
  await worker.app.idle();
  await worker.close();
  expect(await profiles()).toEqual([]);
});

it('another fills it with the profiles of those who were active of late', { timeout: 60_000 }, async () => {
  // The first that follows the log gives up all entries; this one comes behind it.
  await forget();
  const worker = await startWorker(30_000);
  await expect.poll(async () => (await profiles()).length, { timeout: 30_000 }).toBe(users);
  await worker.close();
});

it('and does so again when all entries are given up', { timeout: 60_000 }, async () => {
  await forget();
  const worker = await startWorker(30_000);
  await expect.poll(async () => (await profiles()).length, { timeout: 30_000 }).toBe(users);
  await forget();
  await onServer(
    world.database.primaryUrl,
    'UPDATE cache_epochs SET generation = generation + 1, strict = strict + 1',
  );
  await expect.poll(async () => (await profiles()).length, { timeout: 30_000 }).toBe(users);
  await worker.close();
});
