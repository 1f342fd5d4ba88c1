import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processIdentity } from './processes/process-identity.ts';
import { makeTemporaryFolder } from './processes/reachable-folder.ts';
import { findServiceUser } from './processes/service-user.ts';
import { waitUntil } from './processes/wait-until.ts';
import { startStack } from './stack.ts';

const MAX_TEST_MS = 30_000;
let dataDir: string;

/** In order, on one data folder, as a developer starts the stack day after day. */
beforeAll(async () => {
  dataDir = await makeTemporaryFolder('tributary-stack-test-', await findServiceUser());
});
afterAll(() => rm(dataDir, { recursive: true }));

it(
  'leaves no server behind when Node is killed with -9',
  async () => {
    const script = `
      import { startStack } from ${JSON.stringify(join(import.meta.dirname, 'stack.ts'))};
      await startStack({ dataDir: ${JSON.stringify(dataDir)} });
      console.log('up');
      setInterval(() => undefined, 1000);
    `;
    const node = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(node.stdout, 'data');
    const servers = await serverPids();
    expect(servers).toHaveLength(3);
    node.kill('SIGKILL');
    expect(await waitUntil(() => allGone(servers), { everyMs: 20, timeoutMs: 10_000 })).toBe(true);
  },
  MAX_TEST_MS,
);

it(
  'starts again on the data of a run that was killed, and replicates',
  async () => {
    const stack = await startStack({ dataDir });
    await query(stack.databaseUrl, `create table words as select 'kept' as word`);
    await stack.stop();

    const again = await startStack({ dataDir });
    try {
      expect(again.replicaUrls).toHaveLength(1);
      expect(await query(String(again.replicaUrls[0]), 'select word from words')).toEqual([{ word: 'kept' }]);
    } finally {
      await again.stop();
    }
  },
  MAX_TEST_MS,
);

it(
  'tells the second of two starts on one folder who holds it',
  async () => {
    const stack = await startStack({ dataDir, replicas: 0, external: { redisUrl: 'redis://elsewhere' } });
    try {
      expect(stack).toMatchObject({ replicaUrls: [], redisUrl: 'redis://elsewhere' });
      await expect(startStack({ dataDir })).rejects.toThrow(
        `already running on ${dataDir}, pid ${process.pid}`,
      );
    } finally {
      await stack.stop();
    }
  },
  MAX_TEST_MS,
);

it(
  'stops what came up when another part does not',
  async () => {
    const failing = startStack({ dataDir, redis: { serverBin: '/nowhere/redis-server' } });
    await expect(failing).rejects.toThrow('REDIS_SERVER_BIN');
    expect(
      await waitUntil(async () => (await serverPids()).length === 0, { everyMs: 20, timeoutMs: 5_000 }),
    ).toBe(true);
  },
  MAX_TEST_MS,
);

it('starts nothing when everything runs elsewhere', async () => {
  const external = { databaseUrl: 'postgres://elsewhere/db', redisUrl: 'redis://elsewhere' };
  const stack = await startStack({ external });
  expect(stack).toMatchObject({ ...external, replicaUrls: [], replicas: [] });
  expect([stack.primary, stack.redis]).toEqual([undefined, undefined]);
  await stack.stop();
});

/** What the servers themselves wrote down; a crashed one leaves its file, so only the living count. */
async function serverPids(): Promise<readonly number[]> {
  const files = ['primary/postmaster.pid', 'replica_1/postmaster.pid', 'redis/server.pid'];
  const texts = await Promise.all(files.map((file) => readFile(join(dataDir, file), 'utf8').catch(() => '')));
  const pids = texts.filter((text) => text !== '').map((text) => Number.parseInt(text, 10));
  const living = await Promise.all(pids.map(processIdentity));
  return pids.filter((_, index) => living[index] !== undefined);
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(processIdentity))).every((identity) => identity === undefined);
}

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
