import { join } from 'node:path';
import { writeOwnedFile } from '../processes/owned-files.ts';
import type { ServiceUser } from '../processes/service-user.ts';

/** Postgres parameters by name, as in postgresql.conf. */
export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

const BASE: PostgresSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  wal_level: 'logical',
  max_connections: 100,
  shared_buffers: '32MB',
  io_method: 'sync',
  hot_standby: true,
  hot_standby_feedback: true,
  // The default of 5 s would make a replica that starts before its primary wait that long.
  wal_retrieve_retry_interval: '50ms',
  // A replica that stays away longer is built anew; it must not fill the disk.
  max_slot_wal_keep_size: '1GB',
};

/** For tests only: a crash of the machine (not of Postgres) may lose everything. */
const NOT_DURABLE: PostgresSettings = { fsync: false, full_page_writes: false };

/**
 * Writes postgresql.conf anew; the folder is ours alone. In the file, not on the command line, so that
 * `ALTER SYSTEM` still wins.
 */
export async function writeSettings(
  dataDir: string,
  options: {
    readonly durable: boolean;
    readonly settings: PostgresSettings;
    readonly owner: ServiceUser | undefined;
  },
): Promise<void> {
  const all = { ...BASE, ...(!options.durable && NOT_DURABLE), ...options.settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${quote(value)}`);
  await writeOwnedFile(join(dataDir, 'postgresql.conf'), `${lines.join('\n')}\n`, options.owner);
}

function quote(value: string | number | boolean): string {
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
