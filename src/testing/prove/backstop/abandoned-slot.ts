import { slotNameOf } from '../../../database/slot.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { onServer } from '../../database.ts';
import { randomAppName } from '../../gateway.ts';
import { rounded } from '../measures.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { startWorker } from '../workers.ts';
import { hearEvictions } from './evictions.ts';

export interface Abandoned {
  /** The most log that was on the disk, after each checkpoint, and how far the log went on meanwhile; MiB. */
  readonly most: number;
  readonly written: number;
  /** What the server says of the slot at the end. */
  readonly status: string;
}

export interface Returned {
  /** The epoch of all entries was raised by so much. */
  readonly raised: number;
  /** From its start to the eviction of a change made then. */
  readonly followsAgainAfterMs: number;
}

/** Small, so that little has to be written. */
export const keptMiB = 32;
const segmentMiB = 16;
/** What is kept for slots, and for the next checkpoints, and parts of files. */
export const boundMiB = 2 * keptMiB + 3 * segmentMiB;
const messagesPerSegment = 12;

type Context = Pick<ProofContext, 'resources' | 'step'>;

/** A worker that goes and stays away while several times the kept log is written, and then comes back. */
export async function abandonSlot(
  context: Context,
  stage: Stage,
  { product, times }: { readonly product: string; readonly times: number },
): Promise<{ readonly abandoned: Abandoned; readonly returned: Returned }> {
  const app = randomAppName();
  const slot = slotNameOf(app);
  await setKept(stage, `${keptMiB}MB`);
  const evictions = await hearEvictions(context, stage, app);
  const { abandoned, before } = await context.step('Slot abandoned', async () => {
    const worker = await startWorker(context, stage, { app });
    await worker.follows();
    worker.kill();
    return { before: await generationOf(stage), abandoned: await writeLog(stage, slot, times) };
  });
  const returned = await context.step('Worker comes back', async () => {
    const startedAt = performance.now();
    const worker = await startWorker(context, stage, { app });
    await worker.follows();
    const { eviction } = await evictions.commit(product);
    const followsAgainAfterMs = rounded((await eviction()).at - startedAt);
    return { raised: (await generationOf(stage)) - before, followsAgainAfterMs };
  });
  return { abandoned, returned };
}

/** The same slot on a server that keeps all that a slot has not confirmed. */
export async function abandonUnbounded(context: Context, stage: Stage, times: number): Promise<Abandoned> {
  return context.step('Control: slot abandoned, without max_slot_wal_keep_size', async () => {
    await setKept(stage, '-1');
    const slot = slotNameOf(randomAppName());
    const { primaryUrl } = stage.servers;
    await onServer(primaryUrl, `SELECT FROM pg_create_logical_replication_slot($1, 'pgoutput')`, [slot]);
    const abandoned = await writeLog(stage, slot, times);
    await onServer(primaryUrl, 'SELECT pg_drop_replication_slot($1)', [slot]);
    return abandoned;
  });
}

async function setKept(stage: Stage, kept: string): Promise<void> {
  await withAdmin(stage.primary.url(), async (client) => {
    for (const setting of [
      `max_slot_wal_keep_size = '${kept}'`,
      `max_wal_size = '${keptMiB}MB'`,
      `min_wal_size = '${keptMiB}MB'`,
    ])
      await client.query(`ALTER SYSTEM SET ${setting}`);
    await client.query('SELECT pg_reload_conf()');
  });
}

/** `times` as much log as is kept, a file at a time; the replica is not left behind. */
async function writeLog(stage: Stage, slot: string, times: number): Promise<Abandoned> {
  const files = Math.ceil((times * keptMiB) / segmentMiB);
  return withAdmin(stage.primary.url(), async (client) => {
    const text = async (statement: string, values: readonly unknown[] = []) =>
      (await client.query<{ value: string }>(statement, [...values])).rows[0]?.value ?? '';
    let most = 0;
    const began = await text('SELECT pg_current_wal_lsn()::text AS value');
    for (let file = 0; file < files; file += 1) {
      await client.query(
        `SELECT pg_logical_emit_message(false, 'filler', repeat('x', 1000000)) FROM generate_series(1, $1)`,
        [messagesPerSegment],
      );
      await client.query('SELECT pg_switch_wal()');
      await waitUntil(() => isReplicated(text), { everyMs: 5, timeoutMs: 10_000 });
      await client.query('CHECKPOINT');
      const bytes = await text('SELECT sum(size)::text AS value FROM pg_ls_waldir()');
      most = Math.max(most, Number(bytes) / 2 ** 20);
    }
    const written = await text('SELECT (pg_current_wal_lsn() - $1::pg_lsn)::text AS value', [began]);
    const status = await text('SELECT wal_status AS value FROM pg_replication_slots WHERE slot_name = $1', [
      slot,
    ]);
    return { most: Math.round(most), written: Math.round(Number(written) / 2 ** 20), status };
  });
}

async function isReplicated(text: (statement: string) => Promise<string>): Promise<boolean> {
  const behind = await text(
    'SELECT coalesce(max(pg_current_wal_flush_lsn() - flush_lsn), 0)::text AS value FROM pg_stat_replication',
  );
  return Number(behind) <= 0;
}

async function generationOf({ servers }: Stage): Promise<number> {
  const [row] = await onServer<{ generation: string }>(
    servers.primaryUrl,
    'SELECT generation::text FROM cache_epochs',
  );
  return Number(row?.generation);
}
