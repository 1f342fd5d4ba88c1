import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { withAdmin } from './admin-client.ts';
import { copyRunningCluster, isCluster, systemIdentifier } from './cluster-folder.ts';
import { clearEarlierServer } from './postmaster-pid.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import { currentLsn, ensureSlot, slotName, waitUntilFollowing } from './replication.ts';
import type { PostgresSettings } from './server-settings.ts';

/** What a replica must know of its primary; a running `PostgresServer` is one. */
export type PrimaryOfReplica = Pick<PostgresServer, 'port' | 'dataDir' | 'url' | 'durable' | 'settings'>;

export interface ReplicaOptions {
  /** Runs on this machine: its folder is read when the replica must be copied. */
  readonly primary: PrimaryOfReplica;
  /** Made when missing or unfit; the last part of its name names the slot, so it differs between replicas. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
  /** Where it reaches the primary instead of its own port, e.g. a fault proxy in between. */
  readonly linkPort?: number | undefined;
  /** Beyond the primary's settings, which a standby may not fall below. */
  readonly settings?: PostgresSettings | undefined;
}

const FOLLOW_TIMEOUT_MS = 5_000;

/**
 * Starts a streaming standby of a running primary. One that is missing, was promoted, belongs to another cluster or
 * cannot follow any more is copied anew. Resolves when it has replayed all the primary had written at the call.
 */
export async function createReplica(options: ReplicaOptions): Promise<PostgresServer> {
  const { primary, dataDir } = options;
  const slot = await withAdmin(primary.url(), (client) => ensureSlot(client, slotName(dataDir)));
  if (slot !== 'lost' && (await isReplicaOf(dataDir, primary.dataDir))) {
    const replica = await startReplica(options).catch(() => undefined);
    if (replica && (await follows(replica, primary))) return replica;
    await replica?.stop();
  }
  return rebuildReplica(options);
}

/** Copies the running primary over whatever was there, and starts the copy. */
export async function rebuildReplica(options: ReplicaOptions): Promise<PostgresServer> {
  const { primary, dataDir } = options;
  await clearEarlierServer(dataDir);
  await withAdmin(primary.url(), (client) => ensureSlot(client, slotName(dataDir)));
  await copyFromRunning(primary, dataDir);
  const replica = await startReplica(options);
  if (await follows(replica, primary)) return replica;
  await replica.stop();
  throw new StackProblem(
    `The replica in ${dataDir} was copied anew and still cannot follow; see ${dataDir}.log.`,
  );
}

/** Starts the standby in a complete folder; the primary may come up later, the standby keeps trying to reach it. */
export async function startReplica(options: ReplicaOptions): Promise<PostgresServer> {
  const { primary, dataDir } = options;
  const slot = slotName(dataDir);
  return startPostgres({
    name: `Postgres ${slot.replaceAll('_', ' ')}`,
    dataDir,
    port: options.port ?? (await freePort()),
    durable: primary.durable,
    settings: {
      ...primary.settings,
      ...options.settings,
      primary_conninfo: linkTo(options.linkPort ?? primary.port, slot),
      primary_slot_name: slot,
    },
  });
}

/** How a replica reaches its primary. */
export const linkTo = (port: number, slot: string): string =>
  `host=127.0.0.1 port=${port} user=postgres dbname=postgres application_name=${slot} connect_timeout=2`;

/** Whether this replica streams and has replayed all that is written on the primary now. */
export async function follows(replica: PostgresServer, primary: PrimaryOfReplica): Promise<boolean> {
  const lsn = await withAdmin(primary.url(), currentLsn);
  return waitUntilFollowing(primary.url(), {
    slot: slotName(replica.dataDir),
    lsn,
    timeoutMs: FOLLOW_TIMEOUT_MS,
  });
}

/** Whether the folder is a standby of this very cluster: a promoted one has lost its signal file. */
export async function isReplicaOf(dataDir: string, primaryDir: string): Promise<boolean> {
  if (!(await isCluster(dataDir)) || !existsSync(join(dataDir, 'standby.signal'))) return false;
  const [own, wanted] = await Promise.all([systemIdentifier(dataDir), systemIdentifier(primaryDir)]);
  return own !== undefined && own === wanted;
}

/** The low-level backup: between its start and its stop files may change while they are copied; WAL repairs that. */
async function copyFromRunning(primary: PrimaryOfReplica, dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
  await withAdmin(primary.url(), async (client) => {
    await client.query(`select pg_backup_start('replica', true)`);
    await copyRunningCluster(primary.dataDir, dataDir, async () => {
      const { rows } = await client.query<{ labelfile: string }>(
        'select labelfile from pg_backup_stop(false)',
      );
      return rows[0]?.labelfile ?? '';
    });
  });
}
