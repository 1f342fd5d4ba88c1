import { StackProblem } from '../processes/stack-problem.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { withAdmin } from './admin-client.ts';
import type { PostgresServer } from './postgres-server.ts';

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
