import { join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import { errorCode } from '../processes/stack-problem.ts';
import { tracked, type OnProgress } from '../progress.ts';
import { withAdmin } from './admin-client.ts';
import { copyStoppedCluster } from './cluster-folder.ts';
import { clearEarlierServer } from './postmaster-pid.ts';
import type { PostgresServer } from './postgres-server.ts';
import { preparePrimary, startPrimary } from './primary.ts';
import { dropOtherSlots, ensureSlot, slotName } from './replication.ts';
import { follows, isReplicaOf, rebuildReplica, startReplica, type ReplicaOptions } from './replica.ts';
import type { PostgresSettings } from './server-settings.ts';

export interface PostgresClusterOptions {
  /** Holds the folders `primary`, `replica_1`… and their logs; must exist and be locked by the caller. */
  readonly root: string;
  readonly replicas: number;
  readonly database: string;
  readonly durable: boolean;
  readonly settings: PostgresSettings;
  readonly primaryPort?: number | undefined;
  readonly replicaPorts: readonly number[];
  readonly onProgress: OnProgress;
  /** Told of every server as soon as it runs, so that a failure elsewhere can stop it. */
  readonly onStarted: (server: PostgresServer) => void;
}

/** SQLSTATE: somebody else made it between our look and our statement. */
const DUPLICATE_DATABASE = '42P04';

export interface PostgresCluster {
  readonly primary: PostgresServer;
  readonly replicas: readonly PostgresServer[];
}

/**
 * Starts a primary and its replicas at once; resolves when the database exists and every replica has replayed it.
 * Replicas that are missing or unfit are copied while the primary is still down, the cheapest moment.
 */
export async function startPostgresCluster(options: PostgresClusterOptions): Promise<PostgresCluster> {
  const { root, replicas, onProgress, durable, settings, database } = options;
  const primaryDir = join(root, 'primary');
  const replicaDirs = Array.from({ length: replicas }, (_, index) => join(root, `replica_${index + 1}`));
  await tracked(onProgress, 'Postgres data', () => prepareFolders(primaryDir, replicaDirs));

  const port = options.primaryPort ?? (await freePort());
  const planned = { port, dataDir: primaryDir, durable, settings, url: urlOn(port) };
  const replicaOptions = replicaDirs.map((dataDir, index) => ({
    primary: planned,
    dataDir,
    port: options.replicaPorts[index],
  }));
  const lostSlots = new Set<string>();

  const startingPrimary = tracked(onProgress, 'Postgres primary', async () => {
    const primary = await startPrimary({ dataDir: primaryDir, port, settings, durable });
    options.onStarted(primary);
    const lost = await prepareDatabase(primary.url(), database, replicaDirs.map(slotName));
    lost.forEach((slot) => lostSlots.add(slot));
    return primary;
  });
  const startingReplicas = replicaOptions.map((replica) =>
    tracked(onProgress, `Postgres ${slotName(replica.dataDir).replace('_', ' ')}`, async () => {
      // A standby that does not come up at all is one more reason to copy it anew.
      const standby = await startReplica(replica).catch(() => undefined);
      if (standby) options.onStarted(standby);
      await startingPrimary;
      return followOrRebuild(replica, standby, lostSlots, options.onStarted);
    }),
  );
  // Each ends, well or not, before a failure is passed on: what comes up late must be stopped, too.
  await Promise.allSettled([startingPrimary, ...startingReplicas]);
  const [primary, ...standbys] = await Promise.all([startingPrimary, ...startingReplicas]);
  return { primary, replicas: standbys };
}

async function prepareFolders(primaryDir: string, replicaDirs: readonly string[]): Promise<void> {
  await preparePrimary(primaryDir);
  await Promise.all(
    replicaDirs.map(async (replicaDir) => {
      if (await isReplicaOf(replicaDir, primaryDir).catch(() => false)) return;
      await clearEarlierServer(replicaDir);
      await copyStoppedCluster(primaryDir, replicaDir);
    }),
  );
}

/** Makes the slots first, so that no WAL is lost for a replica; returns those whose replica must be copied anew. */
async function prepareDatabase(
  url: string,
  database: string,
  slots: readonly string[],
): Promise<readonly string[]> {
  return withAdmin(url, async (client) => {
    const lost: string[] = [];
    for (const slot of slots) {
      if ((await ensureSlot(client, slot)) === 'lost') lost.push(slot);
    }
    await dropOtherSlots(client, slots);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) {
      await client.query(`create database ${client.escapeIdentifier(database)}`).catch((error: unknown) => {
        if (errorCode(error) !== DUPLICATE_DATABASE) throw error;
      });
    }
    return lost;
  });
}

async function followOrRebuild(
  options: ReplicaOptions,
  standby: PostgresServer | undefined,
  lostSlots: ReadonlySet<string>,
  onStarted: (server: PostgresServer) => void,
): Promise<PostgresServer> {
  const lost = lostSlots.has(slotName(options.dataDir));
  if (standby && !lost && (await follows(standby, options.primary))) return standby;
  await standby?.stop();
  const rebuilt = await rebuildReplica(options);
  onStarted(rebuilt);
  return rebuilt;
}

function urlOn(port: number) {
  return (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`;
}
