import pg from 'pg';
import { parseLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { EpochRow } from './epochs.ts';
import { CommitUnknown, isNodeFailure, isTimeout } from './failures.ts';
import type { Finish } from './database.ts';
import type { Session } from './session.ts';

interface CommitResult {
  readonly before: Lsn;
  readonly lsn: Lsn;
  /** As of after the commit; undefined where they are not asked for. */
  readonly epochs: EpochRow | undefined;
}

interface Row {
  readonly generation?: bigint | null;
  readonly strict?: bigint | null;
  readonly redis?: string | null;
  readonly before?: string;
  readonly lsn?: string;
}

/**
 * Message, COMMIT, the positions around it and the epochs after it in one round trip. The *flush* position: on an idle
 * primary a replica may never reach the insert position.
 *
 * The epochs as of after the commit, because the writer marks its keys under every number it knows:
 *
 * 1. A raise commits.
 * 2. Another gateway sees it, reads our row as it was, and stores that under the new number.
 * 3. We commit, and mark the key under the old number, the only one that we know: the new one still holds the old row.
 *
 * A number that was stored under before our commit was raised before it, so it is in what is read after it.
 */
export async function commit(
  session: Session,
  { message, raiseStrict }: Finish,
  withEpochs: boolean,
): Promise<CommitResult> {
  const emit =
    message === undefined
      ? ''
      : `SELECT pg_logical_emit_message(true, 'cache', ${pg.escapeLiteral(message)});`;
  const raise = raiseStrict === true ? 'UPDATE cache_epochs SET strict = strict + 1;' : '';
  const after = withEpochs
    ? 'SELECT pg_current_wal_flush_lsn() AS lsn, generation, strict, redis FROM (SELECT) LEFT JOIN cache_epochs ON true'
    : 'SELECT pg_current_wal_flush_lsn() AS lsn';
  const results: unknown = await session
    .query(`${emit} ${raise} SELECT pg_current_wal_insert_lsn() AS before; COMMIT; ${after}`)
    .catch((error: unknown) => {
      // A time-out may have struck after COMMIT.
      throw isNodeFailure(error) || isTimeout(error)
        ? new CommitUnknown('no answer to COMMIT', { cause: error })
        : error;
    });
  const rows = (results as readonly pg.QueryResult<Row>[]).flatMap((result) => result.rows);
  const last = rows.at(-1);
  const lsn = position(last?.lsn);
  return {
    before: position(rows.find(({ before }) => before !== undefined)?.before),
    lsn,
    epochs:
      last?.generation == null || last.strict == null
        ? undefined
        : { position: lsn, generation: last.generation, strict: last.strict, redis: last.redis ?? null },
  };
}

const position = (text: string | undefined): Lsn => (text === undefined ? zeroLsn : parseLsn(text));
