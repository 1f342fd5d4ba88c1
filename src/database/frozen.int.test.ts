import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { zeroLsn } from '../clock/lsn.ts';
import type { PostgresServer } from '../dev/postgres/postgres-server.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { onServer } from '../testing/database.ts';
import { startTestServers, type TestServers } from '../testing/servers/test-servers.ts';
import { createDatabase, type Database } from './database.ts';
import { sql } from './sql.ts';

let servers: TestServers;
let database: Database;
const statementTimeoutMs = 15_000;
const patience = { timeout: 10_000, interval: 20 };

const open = (sampleMs: number) =>
  createDatabase({
    primaryUrl: servers.databaseUrl,
    replicaUrls: servers.replicaUrls,
    settings: {
      poolSize: 10,
      poolWaitMs: statementTimeoutMs,
      connectTimeoutMs: 1_000,
      statementTimeoutMs,
      sampleMs,
      maxLagMs: 5_000,
    },
    clock: systemClock,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
  });

beforeAll(async () => {
  servers = await startTestServers({ replicas: 2 });
  await onServer(servers.databaseUrl, 'CREATE TABLE notes (id integer PRIMARY KEY)');
  database = await open(50);
});
afterEach(async () => {
  for (const each of [servers.primary, ...servers.replicas]) await each?.resume();
  await vi.waitFor(
    () => expect(database.status()).toMatchObject({ primary: true, replicas: [true, true] }),
    patience,
  );
});
afterAll(async () => {
  await database.close();
  await servers.stop();
});

const replica = (index: number) =>
  servers.replicas[index] ?? Promise.reject(new Error('there is no replica'));
const port = sql`SELECT inet_server_port() AS port`;
const portOf = async () =>
  (await database.read({ atLeast: zeroLsn }, (db) => db.rows<{ port: number }>(port))).value[0]?.port;
const slow = (primary?: 'preferred' | 'only') =>
  database.read({ atLeast: zeroLsn, primary }, (db) =>
    db.rows<{ port: number }>(sql`SELECT inet_server_port() AS port, pg_sleep(1)`),
  );

const asleep = `SELECT FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND state = 'active' AND pid <> pg_backend_pid()`;

/** The first of the servers that works on a slow read; which replica gets one is up to chance and to what it took before. */
const busyOne = (candidates: readonly PostgresServer[]) =>
  vi.waitFor(async () => {
    for (const server of candidates) if ((await onServer(server.url(), asleep)).length > 0) return server;
    throw new Error('nobody works on a slow read');
  }, patience);

it('a frozen replica gets no more reads, and those that wait on it are answered by others', async () => {
  const reads = Array.from({ length: 8 }, () => slow());
  const frozen = await busyOne(servers.replicas);
  await frozen.freeze();
  const startedAt = performance.now();
  const ports = (await Promise.all(reads)).map(({ value }) => value[0]?.port);
  expect(ports).not.toContain(frozen.port);
  // Far from what the statement's own time limit would take.
  expect(performance.now() - startedAt).toBeLessThan(statementTimeoutMs / 2);
  expect(database.status().replicas).toEqual(servers.replicas.map((each) => each !== frozen));
  for (let read = 0; read < 20; read += 1) expect(await portOf()).not.toBe(frozen.port);
});

it('it gets reads again when it goes on', async () => {
  const other = await replica(1);
  await other.freeze();
  const back = await replica(0);
  await vi.waitFor(() => expect(database.status().replicas).toEqual([true, false]), patience);
  expect(await portOf()).toBe(back.port);
});

it('reads wait on it where nobody looks: the test would notice', async () => {
  const unseeing = await open(60_000);
  const read = () =>
    unseeing.read({ atLeast: zeroLsn }, (db) =>
      db.rows<{ port: number }>(sql`SELECT inet_server_port() AS port, pg_sleep(1)`),
    );
  const reads = Array.from({ length: 8 }, read);
  const frozen = await busyOne(servers.replicas);
  await frozen.freeze();
  let answered = 0;
  const all = Promise.all(reads.map((each) => each.then(() => (answered += 1))));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(answered).toBeLessThan(8);
  await frozen.resume();
  await all;
  await unseeing.close();
});

it('a read that prefers the frozen primary is answered by a replica, one that needs it waits', async () => {
  const primary = servers.primary;
  if (primary === undefined) throw new Error('there is no primary');
  // So that there is a connection: a new one would be given up after the connect timeout.
  await slow('only');
  const needing = slow('only');
  await busyOne([primary]);
  const preferring = slow('preferred');
  await primary.freeze();
  expect((await preferring).value[0]?.port).not.toBe(primary.port);
  let isAnswered = false;
  const answered = needing.then(({ value }) => {
    isAnswered = true;
    return value[0]?.port;
  });
  await portOf();
  expect(isAnswered).toBe(false);
  await primary.resume();
  expect(await answered).toBe(primary.port);
});
