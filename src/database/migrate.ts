import path from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { projectRoot } from '../config/project-root.ts';
import type { Log } from '../log/log.ts';

/** The longest wait for another gateway's migrations, or for a table that is in use. */
const lockTimeoutMs = 60_000;

/**
 * Brings a database to the schema of `datasources/<domain>/migrations/*.sql` and `src/database/migrations/*.sql`, in the
 * order of their numbers, each file in a transaction; gateways that start together wait for one another. Resolves to the names of what was applied.
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
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
