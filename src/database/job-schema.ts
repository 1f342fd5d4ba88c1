import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { createGraphileLogger } from '../log/graphile-logger.ts';
import type { Log } from '../log/log.ts';

/** Where the job queue has its tables. Fixed, because statements name it. */
export const jobSchema = 'graphile_worker';

/**
 * Brings the tables and functions of the job queue to the version of its library: one statement where they are there
 * already. Callers hold a lock, lest two make them at once.
 */
export async function installJobSchema(databaseUrl: string, log: Log): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, max: 1 });
  // The statement under way fails too; without listeners the events would end the process.
  const ignore = () => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  try {
    await runMigrations({ pgPool: pool, schema: jobSchema, logger: createGraphileLogger(log) });
  } finally {
    await pool.end();
  }
}
