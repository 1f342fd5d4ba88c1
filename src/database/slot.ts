import { randomBytes } from 'node:crypto';
import { isDuplicate } from './failures.ts';
import { sql, type Queryable } from './sql.ts';

/** A slot keeps the log from where it was confirmed, and lets one at a time read it. */
export interface SlotState {
  /** `lost`: the server has thrown away log that was not confirmed. */
  readonly state: 'free' | 'active' | 'lost' | 'missing';
  /** Standbys may keep a copy of it. */
  readonly failover: boolean;
}

/** What the server can do for a follower of its log. */
export interface LogAbilities {
  /** A slot that nobody reads cannot fill the disk. */
  readonly bounded: boolean;
  readonly failoverSlots: boolean;
}

export const slotNameOf = (app: string): string => `${app.replaceAll('-', '_')}_cache`;

export async function readLogAbilities(db: Queryable): Promise<LogAbilities> {
  const [row] = await db.rows<LogAbilities & { level: string; isStandby: boolean }>(sql`
    SELECT current_setting('wal_level') AS level, pg_is_in_recovery() AS "isStandby",
      current_setting('max_slot_wal_keep_size') <> '-1' AS bounded,
      current_setting('server_version_num')::integer >= 170000 AS "failoverSlots"`);
  if (row === undefined || row.isStandby) throw new Error('the primary’s address leads to a standby');
  if (row.level !== 'logical') throw new Error(`wal_level is ${row.level}; following the log takes logical`);
  return row;
}

/** Throws where another database has a slot of this name. */
export async function findSlot(db: Queryable, slot: string): Promise<SlotState> {
  const [row] = await db.rows<{ active: boolean; lost: boolean; ours: boolean; failover: boolean }>(sql`
    SELECT active, coalesce(wal_status = 'lost', false) OR to_jsonb(s) ->> 'invalidation_reason' IS NOT NULL AS lost,
      coalesce(database = current_database(), false) AND plugin = 'pgoutput' AS ours,
      coalesce((to_jsonb(s) ->> 'failover')::boolean, false) AS failover
    FROM pg_replication_slots s WHERE slot_name = ${slot}`);
  if (row === undefined) return { state: 'missing', failover: false };
  if (!row.ours) throw new Error(`the slot ${slot} belongs to another database: choose another APP_NAME`);
  return { state: row.lost ? 'lost' : row.active ? 'active' : 'free', failover: row.failover };
}

/**
 * Makes the slot, in place of a lost one. `onHistoryLost` runs when the log is already kept and before the slot has its
 * name. So a crash in between leaves no slot, the next worker begins anew, and nothing is missed without having been told.
 */
export async function makeSlot(
  db: Queryable,
  slot: string,
  onHistoryLost: () => Promise<void>,
): Promise<void> {
  const keeper = `${slot.slice(0, 50)}_${randomBytes(5).toString('hex')}`;
  // Temporary: it ends with this connection.
  await db.rows(sql`SELECT FROM pg_create_logical_replication_slot(${keeper}, 'pgoutput', true)`);
  try {
    await onHistoryLost();
    await dropLost(db, slot);
    await db.rows(sql`SELECT FROM pg_copy_logical_replication_slot(${keeper}, ${slot}, false)`);
  } catch (error) {
    // Another worker was faster, and has told it too.
    if (!isDuplicate(error)) throw error;
  } finally {
    await db.rows(sql`SELECT pg_drop_replication_slot(${keeper})`);
  }
}

async function dropLost(db: Queryable, slot: string): Promise<void> {
  await db.rows(sql`
    SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots s
    WHERE slot_name = ${slot} AND NOT active
      AND (wal_status = 'lost' OR to_jsonb(s) ->> 'invalidation_reason' IS NOT NULL)`);
}
