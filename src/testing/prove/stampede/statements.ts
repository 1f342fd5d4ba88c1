import { readFile, stat } from 'node:fs/promises';
import { onServer } from '../../database.ts';
import type { Stage } from '../stage.ts';

/** Makes the primary write every statement into its log from now on. */
export async function logStatements({ servers }: Stage): Promise<void> {
  await onServer(servers.primaryUrl, `ALTER SYSTEM SET log_statement = 'all'`);
  await onServer(servers.primaryUrl, 'SELECT pg_reload_conf()');
}

/** Counts statements that read the products table from now on, as the server has logged them when they began. */
export async function countProductReads(logFile: string): Promise<() => Promise<number>> {
  const { size } = await stat(logFile);
  return async () => {
    const log = (await readFile(logFile)).subarray(size).toString();
    // Each line of the log that begins a message ends the one before it; a failed statement is told once more in an own one.
    const messages = log.split(/^(?=.*\b[A-Z]+: {2})/m);
    return messages.filter(
      (text) => /LOG: {2}(execute|statement)/.test(text) && text.includes('FROM products WHERE id = ANY'),
    ).length;
  };
}

/** Names of the roles whose statements on the products wait for a lock. */
export async function waitingRoles({ servers }: Stage): Promise<readonly string[]> {
  const rows = await onServer<{ usename: string }>(
    servers.primaryUrl,
    `SELECT usename FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM products%'`,
  );
  return rows.map(({ usename }) => usename);
}
