import type { Client } from 'pg';
import { waitUntil } from '../processes/wait-until.ts';
import { withAdmin } from './admin-client.ts';

const POLL_EVERY_MS = 10;

/** The slot's name is also the replica's application_name; slot names know only a-z, 0-9 and _. */
export function slotName(dataDir: string): string {
  const folder = dataDir.split(/[\\/]/).findLast((part) => part !== '') ?? 'replica';
  return folder.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
}

/**
 * Makes sure the primary keeps WAL for this replica. `lost` when it had to forget some (the replica was away too
 * long): the slot is made anew then, and the replica must be, too.
 */
export async function ensureSlot(client: Client, slot: string): Promise<'made' | 'found' | 'lost'> {
  const { rows } = await client.query<{ lost: boolean }>(
    `select coalesce(wal_status = 'lost', false) as lost from pg_replication_slots where slot_name = $1`,
    [slot],
  );
  if (rows[0]?.lost === false) return 'found';
  if (rows[0]) await client.query('select pg_drop_replication_slot($1)', [slot]);
  // Reserve at once: WAL from here on is kept even before the replica connects.
  await client.query('select pg_create_physical_replication_slot($1, true)', [slot]);
  return rows[0] ? 'lost' : 'made';
}

/** Lets go of the WAL kept for replicas that are no longer part of the stack. */
export async function dropOtherSlots(client: Client, slots: readonly string[]): Promise<void> {
  await client.query(
    `select pg_drop_replication_slot(slot_name) from pg_replication_slots
     where slot_type = 'physical' and not active and slot_name <> all ($1::text[])`,
    [slots],
  );
}

/**
 * Where the primary's WAL that is safe on its disk ends now. Not the insert position: right after a switch of WAL
 * files that one lies behind the header of a page without a record yet, where no idle replica ever arrives.
 */
export async function currentLsn(client: Client): Promise<string> {
  const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
  return rows[0]?.lsn ?? '0/0';
}

/**
 * Waits until the replica streams and has replayed up to `lsn`. False when it does not even connect within
 * `timeoutMs`; one that is connected and merely behind counts as following.
 */
export async function waitUntilFollowing(
  primaryUrl: string,
  { slot, lsn, timeoutMs }: { readonly slot: string; readonly lsn: string; readonly timeoutMs: number },
): Promise<boolean> {
  return withAdmin(primaryUrl, async (client) => {
    let connected = false;
    const done = await waitUntil(
      async () => {
        const { rows } = await client.query<{ replayed: boolean | null }>(
          `select replay_lsn >= $2::pg_lsn as replayed from pg_stat_replication
           where application_name = $1 and state in ('catchup', 'streaming')`,
          [slot, lsn],
        );
        connected = rows.length > 0;
        return rows[0]?.replayed === true;
      },
      { everyMs: POLL_EVERY_MS, timeoutMs },
    );
    return done === true || connected;
  });
}
