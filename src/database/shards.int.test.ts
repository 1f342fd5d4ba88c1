import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { onServer } from '../testing/database.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';
import { createDatabase, type Database } from './database.ts';
import { createShards, shardName, type Shards } from './shards.ts';
import { sql } from './sql.ts';

let clusters: readonly TestServers[];
let databases: readonly Database[];
let shards: Shards;
const metrics = createMetrics();
const keys = Array.from({ length: 40 }, (_, index) => `account:${index}`);

beforeAll(async () => {
  clusters = await Promise.all([startTestServers({ replicas: 0 }), startTestServers({ replicas: 0 })]);
  databases = await Promise.all(
    clusters.map(async ({ databaseUrl }, index) => {
      await onServer(databaseUrl, 'CREATE TABLE accounts (key text PRIMARY KEY)');
      return createDatabase({
        primaryUrl: databaseUrl,
        replicaUrls: [],
        name: shardName(index),
        settings: {
          poolSize: 4,
          connectTimeoutMs: 1_000,
          statementTimeoutMs: 5_000,
          sampleMs: 50,
          maxLagMs: 5_000,
        },
        clock: systemClock,
        metrics,
        log: createLog({ level: 'silent' }),
      });
    }),
  );
  shards = createShards({ clusters: databases });
  for (const { shard, keys: own } of shards.group(keys))
    await shard.database.write((tx) => tx.rows(sql`INSERT INTO accounts SELECT unnest(${own}::text[])`));
}, 60_000);
afterAll(async () => {
  await Promise.all(databases.map((each) => each.close()));
  await Promise.all(clusters.map((each) => each.stop()));
});

const select = (database: Database, wanted: readonly string[]) =>
  database
    .read({ atLeast: zeroLsn }, (db) =>
      db.rows<{ key: string }>(sql`SELECT key FROM accounts WHERE key = ANY(${wanted}::text[])`),
    )
    .then(({ value }) => value.map(({ key }) => key));
const statements = async () =>
  Object.fromEntries(
    (await metrics.postgresQueries.get()).values.map(({ labels, value }) => [String(labels.node), value]),
  );

it('a batch over two clusters is one statement on each', async () => {
  const before = await statements();
  const found = await Promise.all(
    shards.group(keys).map(({ shard, keys: own }) => select(shard.database, own)),
  );
  expect(found.flat().toSorted()).toEqual(keys.toSorted());
  const after = await statements();
  for (const node of ['shard-1-primary', 'shard-2-primary'])
    expect((after[node] ?? 0) - (before[node] ?? 0)).toBe(1);
});

it('while one cluster is dead, every key of the other works', async () => {
  await clusters[0]?.primary?.kill();
  await vi.waitFor(() => expect(databases[0]?.status().primary).toBe(false), { timeout: 5_000 });
  for (const key of keys) {
    const { name, database } = shards.shardOf(key);
    if (name === 'shard-2') expect(await select(database, [key])).toEqual([key]);
    else await expect(select(database, [key])).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  }
});
