import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readConfig } from '../config/config.ts';
import { freePort } from '../dev/processes/free-port.ts';
import { createLog } from '../log/log.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { gatewayEnvironment } from '../testing/gateway.ts';
import { migrateClusters } from './migrate-clusters.ts';

const name = `t_${randomBytes(6).toString('hex')}`;
const shard = new URL(inject('databaseUrl'));
shard.pathname = `/${name}`;
let main: TestDatabase;

beforeAll(async () => {
  main = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
  await onServer(inject('databaseUrl'), `CREATE DATABASE ${name} TEMPLATE template0`);
});
afterAll(async () => {
  await onServer(inject('databaseUrl'), `DROP DATABASE ${name} WITH (FORCE)`);
  await main.drop();
});

it('every shard gets the schema of the main cluster; one that is dead keeps nobody from it', async () => {
  const dead = `postgres://127.0.0.1:${await freePort()}/nowhere`;
  const servers = { ...main, redisUrl: inject('redisUrl') };
  const config = readConfig(
    gatewayEnvironment({ servers, env: { DATABASE_SHARDS: `${dead};${shard.href}` } }),
  );
  // The main one comes from the template: nothing is left to do there.
  expect(await migrateClusters(config, createLog({ level: 'silent' }))).toEqual([]);
  expect(await onServer(shard.href, 'SELECT FROM links')).toEqual([]);
});
