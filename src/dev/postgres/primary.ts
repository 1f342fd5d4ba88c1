import { freePort } from '../processes/free-port.ts';
import { initialiseCluster } from './cluster-folder.ts';
import { clearEarlierServer } from './postmaster-pid.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import type { PostgresSettings } from './server-settings.ts';

export interface PrimaryOptions {
  /** Made when missing; its parent folder must exist. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
  readonly settings?: PostgresSettings | undefined;
  /** The server's log file; `<dataDir>.log` when not given. */
  readonly log?: string | undefined;
  /** False is for tests: data may be lost when the machine (not only Postgres) goes down. */
  readonly durable: boolean;
}

/** Starts a primary, making its data folder first if there is none. `StackProblem` when it does not come up. */
export async function createPrimary(options: PrimaryOptions): Promise<PostgresServer> {
  await preparePrimary(options.dataDir);
  return startPrimary(options);
}

/** Everything before the start: the folder is complete and nobody runs on it, so it may be copied. */
export async function preparePrimary(dataDir: string): Promise<'made' | 'found'> {
  await clearEarlierServer(dataDir);
  return initialiseCluster(dataDir);
}

export async function startPrimary(options: PrimaryOptions): Promise<PostgresServer> {
  return startPostgres({
    name: 'Postgres primary',
    dataDir: options.dataDir,
    port: options.port ?? (await freePort()),
    durable: options.durable,
    settings: options.settings ?? {},
    logFile: options.log,
  });
}
