import { StackProblem } from '../processes/stack-problem.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { withAdmin } from './admin-client.ts';
import type { PostgresServer } from './postgres-server.ts';
import { follows, linkTo } from './replica.ts';
import { ensureSlot, slotName } from './replication.ts';

const PROMOTE_TIMEOUT_S = 15;
const RELOAD_TIMEOUT_MS = 5_000;

/** Makes the replica apply every commit `delayMs` late (0: at once). In effect when it resolves; survives restarts. */
export async function setReplicaDelay(replica: Pick<PostgresServer, 'url'>, delayMs: number): Promise<void> {
  await withAdmin(replica.url(), async (client) => {
    await client.query(`alter system set recovery_min_apply_delay = ${Math.round(delayMs)}`);
    await client.query('select pg_reload_conf()');
    const inEffect = async () => {
      const { rows } = await client.query<{ setting: string }>(
        `select setting from pg_settings where name = 'recovery_min_apply_delay'`,
      );
      return rows[0]?.setting === String(Math.round(delayMs));
    };
    if (await waitUntil(inEffect, { everyMs: 5, timeoutMs: RELOAD_TIMEOUT_MS })) return;
    throw new StackProblem(`The replica did not take its new delay within ${RELOAD_TIMEOUT_MS} ms.`);
  });
}

/** Turns the replica into a primary of its own; resolves when it takes writes. */
export async function promote(replica: Pick<PostgresServer, 'url'>): Promise<void> {
  const promoted = await withAdmin(replica.url(), async (client) => {
    const { rows } = await client.query<{ done: boolean }>('select pg_promote(true, $1) as done', [
      PROMOTE_TIMEOUT_S,
    ]);
    return rows[0]?.done === true;
  });
  if (!promoted) throw new StackProblem(`The replica was not promoted within ${PROMOTE_TIMEOUT_S} s.`);
}

/** Of those that run, the one that has received most of the log: promoted, none of the others is ahead of it. */
export async function mostAdvanced(replicas: readonly PostgresServer[]): Promise<PostgresServer | undefined> {
  const [first, ...others] = await Promise.all(
    replicas
      .filter((replica) => replica.isRunning())
      .map(async (replica) => ({ replica, received: await receivedBytes(replica) })),
  );
  return first && others.reduce((best, each) => (each.received > best.received ? each : best), first).replica;
}

/** Lets a replica follow another primary, such as one that was just promoted. Resolves when it has caught up with it. */
export async function repoint(replica: PostgresServer, primary: PostgresServer): Promise<void> {
  const slot = slotName(replica.dataDir);
  await withAdmin(primary.url(), (client) => ensureSlot(client, slot));
  await withAdmin(replica.url(), async (client) => {
    await client.query(
      `alter system set primary_conninfo = ${client.escapeLiteral(linkTo(primary.port, slot))}`,
    );
    await client.query('select pg_reload_conf()');
  });
  if (!(await follows(replica, primary)))
    throw new StackProblem(`${replica.name} does not follow ${primary.name}.`);
}

async function receivedBytes(replica: PostgresServer): Promise<bigint> {
  const [row] = await withAdmin(
    replica.url(),
    async (client) =>
      (
        await client.query<{ bytes: string }>(
          `select pg_wal_lsn_diff(coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::text as bytes`,
        )
      ).rows,
  );
  return BigInt(row?.bytes ?? 0);
}
