import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeTemporaryFolder } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { findRedis } from './find-redis.ts';
import { answersPing } from './ping.ts';
import { createRedisServer, type RedisServer } from './redis-server.ts';

let root: string;
let server: RedisServer;

beforeAll(async () => {
  root = await makeTemporaryFolder('tributary-redis-test-', await findServiceUser());
  server = await createRedisServer({ dataDir: join(root, 'redis'), persistent: true });
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true });
});

it('keeps what was written over a restart when it is persistent', async () => {
  await ask((redis) => redis.set('word', 'kept'));
  await server.restart();
  expect(await ask((redis) => redis.get('word'))).toBe('kept');
});

it('is silent while frozen and answers again afterwards', async () => {
  server.freeze();
  expect(await answersPing(server.port)).toBe(false);
  server.resume();
  expect(await answersPing(server.port)).toBe(true);
});

it('comes back on the same port after a crash', async () => {
  await server.kill();
  expect(await answersPing(server.port)).toBe(false);
  await server.restart();
  expect(await answersPing(server.port)).toBe(true);
});

it('says in one line how to get a Redis where there is none', async () => {
  vi.stubEnv('PATH', root);
  const fetch = () => Promise.resolve({ reason: 'no network' });
  await expect(findRedis({ cacheDir: root, fetch })).rejects.toThrow(
    'There is no Redis to start (no network). Install one (apt install redis-server, brew install redis), ' +
      'or set REDIS_SERVER_BIN to a redis-server or valkey-server, or REDIS_URL to a running server.',
  );
  vi.unstubAllEnvs();
});

it('says that REDIS_SERVER_BIN is wrong', async () => {
  const serverBin = join(root, 'nowhere');
  await expect(findRedis({ cacheDir: root, serverBin })).rejects.toThrow(`REDIS_SERVER_BIN is ${serverBin}`);
});

async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
