import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { gatewayEnvironment } from '../testing/gateway.ts';
import { openDatabases } from './open-databases.ts';

const log = createLog({ level: 'silent' });
let main: TestDatabase;
let shard: TestDatabase;
beforeAll(async () => {
  const servers = { databaseUrl: inject('databaseUrl'), replicaUrls: [] };
  [main, shard] = await Promise.all([createTestDatabase(servers), createTestDatabase(servers)]);
});
afterAll(() => Promise.all([main.drop(), shard.drop()]));

async function open(shards: string) {
  const servers = { ...main, redisUrl: inject('redisUrl') };
  const config = readConfig(gatewayEnvironment({ servers, env: { DATABASE_SHARDS: shards } }));
  const { database, shards: opened } = await openDatabases(config, {
    ...{ clock: systemClock, metrics: createMetrics(), log },
  });
  return {
    database,
    shards: opened,
    close: async () => {
      await Promise.all([database.close(), opened.close()]);
    },
  };
}

const generation = async () =>
  (
    await onServer<{ generation: number }>(
      main.primaryUrl,
      'SELECT generation::int AS generation FROM cache_epochs',
    )
  )[0]?.generation ?? 0;

it('the only shard is the main cluster, unless others are named', async () => {
  const { database, shards, close } = await open('');
  expect(shards.all.map((each) => each.database)).toEqual([database]);
  await close();
});

it('another primary of a shard gives up all entries, once for all gateways', async () => {
  const gateways = await Promise.all([open(shard.primaryUrl), open(shard.primaryUrl)]);
  const before = await generation();
  // What a cluster says first is no change.
  await vi.waitFor(() => {
    for (const { shards } of gateways)
      expect(shards.all[0]?.database.epochs.read('generation')).toBeDefined();
  });
  // As a gateway notes it that finds the shard on another timeline than the last.
  await onServer(shard.primaryUrl, 'UPDATE cache_epochs SET generation = generation + 2');
  await vi.waitFor(
    () => {
      for (const { database } of gateways) expect(database.epochs.read('generation')).toBe(before + 1);
    },
    { timeout: 20_000, interval: 20 },
  );
  for (const { shards } of gateways) await shards.all[0]?.database.raiseFloor();
  expect(await generation()).toBe(before + 1);
  await Promise.all(gateways.map((each) => each.close()));
});

it('a start is no change: nothing is given up', async () => {
  const before = await generation();
  const { database, shards, close } = await open(shard.primaryUrl);
  await shards.all[0]?.database.raiseFloor();
  expect(database.epochs.read('generation')).toBe(before);
  expect(await generation()).toBe(before);
  await close();
});
