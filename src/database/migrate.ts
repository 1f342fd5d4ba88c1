import path from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { projectRoot } from '../config/project-root.ts';
import type { Log } from '../log/log.ts';
import { installJobSchema } from './job-schema.ts';

/** The longest wait for another gateway's migrations, or for a table that is in use. */
const lockTimeoutMs = 60_000;
/** Any number that nobody else locks in this database. */
const migrationLock = 8_264_017;

/**
 * Brings a database to the schema of `datasources/<domain>/migrations/*.sql` and of the machinery's own beside this file,
 * in the order of their numbers, each file in a transaction, and then the job queue to its own; gateways that start
 * together wait for one another. Resolves to the names of the files that were applied.
 */
export async function migrate(databaseUrl: string, log: Log): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5_000,
    lock_timeout: lockTimeoutMs,
  });
  // The statement under way fails too; without a listener the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Over both parts: the runner has a lock of its own, but gives it back before the queue's tables are made.
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const applied = await runner({
      dbClient: client,
      dir: path.join(projectRoot(import.meta.url), '{datasources/*,src/database}/migrations/*.sql'),
      useGlob: true,
      direction: 'up',
      migrationsTable: 'migrations',
      checkOrder: true,
      advisoryLockMode: 'wait',
      singleTransaction: false,
      logger: {
        debug: () => undefined,
        info: (text: string) => log.debug({ source: 'migrations' }, text),
        warn: (text: string) => log.warn({ source: 'migrations' }, text),
        error: (text: string) => log.error({ source: 'migrations' }, text),
      },
    });
    await installJobSchema(databaseUrl, log);
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
