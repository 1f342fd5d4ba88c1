import type { Clock } from '../clock/clock.ts';
import type { HeldSession } from '../database/held-session.ts';
import { sql } from '../database/sql.ts';

/** A worker's place among those that do jobs. */
export interface Place {
  /** Whether nobody can have found it empty; by the clock, so that one who was frozen knows before anything else. */
  readonly isHeld: () => boolean;
  /** Tells Postgres that we live, and resolves to places that nobody holds. Rejects when ours is lost. */
  look(): Promise<readonly EmptyPlace[]>;
  /** Gives it up. Only when no job is under way: others would find nobody to free it from. */
  leave(): Promise<void>;
}

export interface EmptyPlace {
  readonly id: number;
  readonly holder: string;
}

interface Needs {
  readonly session: HeldSession;
  /** What the queue writes beside the jobs that we do. */
  readonly holder: string;
  readonly clock: Clock;
  /** After so long without a word Postgres ends the session. */
  readonly silentMs: number;
}

/** Begins the numbers of all places’ advisory locks. */
export const lockClass = 8_264_018;

/** The lock is taken before the row can be seen, so a place is never seen empty before it was left. */
export async function takePlace({ session, holder, clock, silentMs }: Needs): Promise<Place> {
  let heardAt = clock.monotonic();
  const [taken] = await session.rows<{ id: number; locked: boolean }>(sql`
    INSERT INTO job_places (holder) VALUES (${holder}) RETURNING id, pg_try_advisory_lock(${lockClass}, id) AS locked`);
  if (taken?.locked !== true) throw new Error('a place that was just made is locked by somebody else');
  return {
    // Postgres counts from our last word at the earliest, and this from when it was sent.
    isHeld: () => clock.monotonic() - heardAt < silentMs,
    async look() {
      const sentAt = clock.monotonic();
      const empty = await session.rows<EmptyPlace>(sql`
        SELECT id, holder FROM job_places
        WHERE NOT EXISTS (
          SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
          WHERE locktype = 'advisory' AND datname = current_database()
            AND classid = ${lockClass}::oid AND objid = job_places.id::oid AND objsubid = 2)`);
      heardAt = sentAt;
      return empty;
    },
    async leave() {
      await session.rows(sql`DELETE FROM job_places WHERE id = ${taken.id}`);
    },
  };
}

/**
 * Frees the jobs of places, unless somebody else is doing so or has come back; whoever looks for work is told. Resolves to
 * the holders whose jobs are free.
 */
export async function freeJobsOf(
  session: HeldSession,
  places: readonly EmptyPlace[],
): Promise<readonly string[]> {
  const freed = await session.rows<{ holder: string }>(sql`
    WITH gone AS (
      DELETE FROM job_places
      WHERE id = ANY(${places.map(({ id }) => id)}::int[]) AND pg_try_advisory_xact_lock(${lockClass}, id)
      RETURNING holder
    ), freed AS (
      SELECT graphile_worker.force_unlock_workers(array_agg(holder)), pg_notify('jobs:insert', '{"count":100}')
      FROM gone HAVING count(*) > 0
    )
    SELECT holder FROM gone, freed`);
  return freed.map(({ holder }) => holder);
}

/** Frees jobs of holders without a place: a statement of theirs may have come late. Resolves to whose they were. */
export async function freeStrays(session: HeldSession): Promise<readonly string[]> {
  const freed = await session.rows<{ holder: string }>(sql`
    WITH strays AS (
      SELECT DISTINCT locked_by AS holder FROM graphile_worker._private_jobs
      WHERE locked_by IS NOT NULL AND locked_by NOT IN (SELECT holder FROM job_places)
    ), freed AS (
      SELECT graphile_worker.force_unlock_workers(array_agg(holder)) FROM strays HAVING count(*) > 0
    )
    SELECT holder FROM strays, freed`);
  return freed.map(({ holder }) => holder);
}
