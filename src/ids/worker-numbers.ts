import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';

/** The right to stamp ids with a number, up to a time. Times are epoch ms. */
export interface Lease {
  readonly number: number;
  /** Whoever had the number before has stamped no id above it: its next holder begins behind. */
  readonly floorMs: number;
  /** No id above it may be stamped. */
  readonly ceilingMs: number;
  /** Names this holder of the number. */
  readonly holder: string;
}

/** The 1,024 numbers of all gateways, kept on the primary. All of it rejects where that cannot be reached. */
export interface WorkerNumbers {
  /** The number that was least recently used, for `spanMs` from `fromMs` or from its floor. */
  take(fromMs: number, spanMs: number): Promise<Lease>;
  /** The lease with a higher ceiling; undefined where somebody else has the number by now. */
  renew(lease: Lease, ceilingMs: number): Promise<Lease | undefined>;
  /** Gives the number back; no id above `lastMs` was stamped. */
  release(lease: Lease, lastMs: number): Promise<void>;
}

/**
 * No holder need be known to be dead, for a number that is taken away does no harm: its holder has an end that is written
 * down, cannot move it, and finds that out with its next renewal.
 */
export function createWorkerNumbers({ write }: Pick<Database, 'write'>): WorkerNumbers {
  return {
    async take(fromMs, spanMs) {
      const holder = randomBytes(8).toString('hex');
      const { value } = await write((tx) =>
        tx.rows<{ number: number; floorMs: bigint; ceilingMs: bigint }>(sql`
          WITH free AS (
            SELECT number, ceiling FROM worker_numbers ORDER BY used, number LIMIT 1 FOR UPDATE SKIP LOCKED
          )
          UPDATE worker_numbers AS taken
          SET holder = ${holder}, used = nextval('worker_number_uses'),
            ceiling = greatest(free.ceiling, ${fromMs}::bigint) + ${spanMs}::bigint
          FROM free WHERE taken.number = free.number
          RETURNING taken.number::int, free.ceiling AS "floorMs", taken.ceiling AS "ceilingMs"`),
      );
      const [taken] = value;
      if (taken === undefined) throw new Error('all worker numbers are being taken at this moment');
      const { number, floorMs, ceilingMs } = taken;
      return { number, holder, floorMs: Number(floorMs), ceilingMs: Number(ceilingMs) };
    },

    async renew(lease, ceilingMs) {
      const { value } = await write((tx) =>
        tx.rows(sql`
          UPDATE worker_numbers SET ceiling = ${ceilingMs}::bigint, used = nextval('worker_number_uses')
          WHERE number = ${lease.number} AND holder = ${lease.holder} AND ceiling <= ${ceilingMs}::bigint
          RETURNING number`),
      );
      return value.length === 0 ? undefined : { ...lease, ceilingMs };
    },

    async release({ number, holder }, lastMs) {
      await write((tx) =>
        tx.rows(sql`
          UPDATE worker_numbers SET ceiling = least(ceiling, ${lastMs}::bigint), holder = NULL
          WHERE number = ${number} AND holder = ${holder}`),
      );
    },
  };
}
