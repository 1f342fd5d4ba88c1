import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { withAdmin } from './admin-client.ts';
import { createPrimary } from './primary.ts';
import type { PostgresServer } from './postgres-server.ts';
import { createReplica } from './replica.ts';
import { mostAdvanced, promote, repoint, setReplicaDelay } from './replica-control.ts';

const PATIENCE = { everyMs: 5, timeoutMs: 5_000 };
let root: string;
let primary: PostgresServer;
let replica: PostgresServer;
const running: PostgresServer[] = [];

/** In order, each on what the one before left: a cluster of its own for each would take most of the time. */
beforeAll(async () => {
  root = await makeTemporaryFolder('tributary-replica-test-', await findServiceUser());
  // What a run leaves that was killed in the middle of initdb.
  await mkdir(join(root, 'primary.unfinished-1', 'base'), { recursive: true });
  await writeFile(join(root, 'primary.unfinished-1', 'PG_VERSION'), '18\n');
  primary = await createPrimary({ dataDir: join(root, 'primary'), durable: false });
  running.push(primary);
}, 30_000);

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(root, { recursive: true });
});

it('removes what a killed run left half-made', async () => {
  expect(await readdir(root)).toEqual(['primary', 'primary.log']);
});

it('streams to a replica copied from the running primary', async () => {
  await run(primary, 'create table words (word text)');
  await say('before');
  replica = await createReplica({ primary, dataDir: join(root, 'replica_1') });
  running.push(replica);
  expect(await words(replica)).toEqual(['before']);
  await say('after');
  expect(await sees(replica, 'after')).toBe(true);
});

it('applies late what it is told to apply late', async () => {
  await setReplicaDelay(replica, 60_000);
  await say('late');
  expect(await words(replica)).not.toContain('late');
  await setReplicaDelay(replica, 0);
  expect(await sees(replica, 'late')).toBe(true);
});

it('comes back after a crash of the primary, and its replica follows again', async () => {
  await primary.freeze();
  await primary.kill();
  await primary.restart();
  await say('again');
  expect(await sees(replica, 'again')).toBe(true);
});

it('is copied anew when it was promoted', async () => {
  await promote(replica);
  await run(replica, `insert into words values ('alone')`);
  await replica.stop();
  await say('together');
  replica = await createReplica({ primary, dataDir: replica.dataDir });
  running.push(replica);
  expect(await words(replica)).toEqual(expect.arrayContaining(['together']));
  expect(await words(replica)).not.toContain('alone');
});

it('where it has more of the log than the others it is promoted, and they follow it', async () => {
  const other = await createReplica({ primary, dataDir: join(root, 'replica_2') });
  running.push(other);
  // Cut off, it learns of nothing more.
  await run(other, `alter system set primary_conninfo = ''`);
  await run(other, 'select pg_reload_conf()');
  await say('ahead');
  expect(await sees(replica, 'ahead')).toBe(true);
  expect(await mostAdvanced([other, replica])).toBe(replica);
  expect(await words(other)).not.toContain('ahead');

  await primary.kill();
  await promote(replica);
  await repoint(other, replica);
  await run(replica, `insert into words values ('led')`);
  expect(await sees(other, 'led')).toBe(true);
  expect(await words(other)).toContain('ahead');
  expect(await mostAdvanced([primary])).toBeUndefined();
});

it('leaves a folder alone that holds something else', async () => {
  const dataDir = join(root, 'pictures');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'cat.png'), '');
  await expect(createPrimary({ dataDir, durable: false })).rejects.toThrow('not a Postgres data folder');
});

it('says in one line that a folder is of another version', async () => {
  const dataDir = join(root, 'old');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'PG_VERSION'), '9.6\n');
  await expect(createPrimary({ dataDir, durable: false })).rejects.toThrow(
    /made by Postgres 9\.6, this one is 18/,
  );
});

const say = (word: string) => run(primary, 'insert into words values ($1)', [word]);

async function words(server: PostgresServer): Promise<readonly unknown[]> {
  return (await run(server, 'select word from words')).map((row) => row['word']);
}

function sees(server: PostgresServer, word: string): Promise<true | undefined> {
  return waitUntil(async () => (await words(server)).includes(word) || undefined, PATIENCE);
}

function run(server: PostgresServer, sql: string, values: readonly string[] = []) {
  return withAdmin(
    server.url(),
    async (client) => (await client.query<Record<string, unknown>>(sql, [...values])).rows,
  );
}
