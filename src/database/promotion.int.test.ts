import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import { promote } from '../dev/postgres/replica-control.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { onServer } from '../testing/database.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';
import { createDatabase, type Database } from './database.ts';
import { findPrimary } from './find-primary.ts';
import { migrate } from './migrate.ts';
import { sql } from './sql.ts';

let servers: TestServers;
let database: Database;
const lines: string[] = [];
const patience = { timeout: 10_000 };

const open = () =>
  createDatabase({
    primaryUrl: servers.databaseUrl,
    replicaUrls: servers.replicaUrls,
    epochs: true,
    settings: {
      poolSize: 4,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 10_000,
      sampleMs: 50,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  });

beforeAll(async () => {
  servers = await startTestServers();
  const log = createLog({ level: 'silent' });
  await migrate(servers.databaseUrl, log);
  await onServer(servers.databaseUrl, 'CREATE TABLE notes (id integer PRIMARY KEY)');
  database = await open();
});
afterAll(async () => {
  await database.close();
  await servers.stop();
});

const insert = (id: number) => database.write((tx) => tx.rows(sql`INSERT INTO notes VALUES (${id})`));
const count = async () =>
  (
    await database.read({ atLeast: zeroLsn }, (db) =>
      db.rows<{ count: bigint }>(sql`SELECT count(*) FROM notes`),
    )
  ).value[0]?.count;
const countOn = async (url: string) =>
  (await onServer<{ count: string }>(url, 'SELECT count(*) FROM notes'))[0]?.count;

// In order, each on what the one before left.
it('reads go on while the primary is dead, and writes say so', async () => {
  await insert(1);
  await vi.waitFor(async () => expect(await countOn(servers.replicaUrls[0] ?? '')).toBe('1'), patience);
  await servers.primary?.kill();
  for (let id = 100; id < 105; id += 1)
    await expect(insert(id)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(await count()).toBe(1n);
  expect(database.status()).toMatchObject({ primary: false, replicas: [true] });
  expect(database.epochs.read('strict')).toBe(1);
});

it('writes go to the promoted replica without a restart, and the first one that can succeed does', async () => {
  const [replica] = servers.replicas;
  if (replica === undefined) throw new Error('there is no replica');
  await promote(replica);
  await insert(2);
  expect(await count()).toBe(2n);
  expect(database.status()).toEqual({
    primary: true,
    replicas: [false],
    nodes: [
      { name: 'primary', role: 'replica', up: false },
      { name: 'replica-1', role: 'primary', up: true },
    ],
  });
});

it('all cache entries are given up once, for the promoted server may lack what they are made of', async () => {
  const both = (['generation', 'strict'] as const).map((counter) => () => database.epochs.read(counter));
  await vi.waitFor(() => expect(both.map((read) => read())).toEqual([3, 3]), patience);
  // Later samples, and a gateway that was not there, find that it is done.
  const newcomer = await open();
  await insert(21);
  expect([newcomer, database].map(({ epochs }) => epochs.read('generation'))).toEqual([3, 3]);
  expect(lines.filter((line) => line.includes('all cache entries are given up'))).toHaveLength(1);
  await newcomer.close();
});

it('the old primary gets nothing when it comes back, though it claims to be one', async () => {
  await servers.primary?.restart();
  await vi.waitFor(
    () => expect(database.status().nodes[0]).toEqual({ name: 'primary', role: 'refused', up: false }),
    patience,
  );
  for (let id = 3; id < 20; id += 1) await insert(id);
  expect(await countOn(servers.databaseUrl)).toBe('1');
  expect(await countOn(servers.replicaUrls[0] ?? '')).toBe('20');
  expect(lines.filter((line) => line.includes('a second primary'))).toHaveLength(1);
});

it('it takes writes like any primary: only the refusal keeps them away', async () => {
  await onServer(servers.databaseUrl, 'INSERT INTO notes VALUES (1000)');
  expect(await countOn(servers.databaseUrl)).toBe('2');
});

it('a gateway that starts now finds the primary among its replicas', async () => {
  const newcomer = await open();
  await newcomer.write((tx) => tx.rows(sql`INSERT INTO notes VALUES (20)`));
  expect(newcomer.status().nodes.map(({ role }) => role)).toEqual(['refused', 'primary']);
  await newcomer.close();
  expect(await countOn(servers.replicaUrls[0] ?? '')).toBe('21');
});

it('a gateway that starts now brings the promoted server to its schema, not the old one', async () => {
  const [promoted = ''] = servers.replicaUrls;
  expect(await findPrimary([servers.databaseUrl, promoted])).toBe(promoted);
  await servers.primary?.stop();
  expect(await findPrimary([servers.databaseUrl, promoted])).toBe(promoted);
});

it('a raise that the promoted server lacks is counted anew, past every number that was seen', async () => {
  const before = database.epochs.read('strict') ?? 0;
  await database.epochs.raise('strict', 'test');
  expect(database.epochs.read('strict')).toBe(before + 1);
  // As if the replica had been promoted without the last raise.
  await onServer(servers.replicaUrls[0] ?? '', 'UPDATE cache_epochs SET strict = 1');
  await vi.waitFor(() => expect(database.epochs.read('strict')).toBe(before + 2), patience);
});
