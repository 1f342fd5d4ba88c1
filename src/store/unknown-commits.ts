import type { Background } from '../cache/background.ts';
import type { Cache } from '../cache/cache.ts';
import type { Mark } from '../cache/marks.ts';
import type { CacheTag, ChangedKey } from '../cache/policy.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import { parseLsn } from '../clock/lsn.ts';
import type { Database } from '../database/database.ts';
import { sql } from '../database/sql.ts';
import type { Log } from '../log/log.ts';

/** Invalidates what was changed by transactions whose COMMIT was not answered. Their marks stay until then. */
export interface UnknownCommits {
  add(changed: readonly (ChangedKey | CacheTag)[], mark: Mark): void;
  /** Gives up: the claims end by themselves, and the log tells its followers. */
  close(): void;
}

interface Needs {
  readonly cache: Cache;
  readonly database: Database;
  readonly clock: Clock;
  readonly background: Background;
  readonly log: Log;
}

interface Position {
  /** Transactions before this number have ended; what they committed lies before `lsn`. */
  readonly endedBefore: bigint;
  /** The number of the next transaction. */
  readonly next: bigint;
  readonly lsn: string;
}

const firstPauseMs = 50;
const longestPauseMs = 60_000;

/**
 * The answer may have been lost with the server still at work:
 *
 * 1. COMMIT is sent and the connection breaks.  2. The primary is asked for its position, and the keys are invalidated there.
 * 3. A reader fills them from before the commit.  4. The server, which was waiting for a disk or a standby, commits.
 *
 * So the keys are invalidated at once, and once more when every transaction that was running at step 2 has ended.
 */
export function createUnknownCommits({ cache, database, clock, background, log }: Needs): UnknownCommits {
  const pauses = new Map<Cancel, () => void>();
  let closed = false;

  function add(changed: readonly (ChangedKey | CacheTag)[], mark: Mark): void {
    if (changed.length === 0 || closed) return;
    const what = {
      keys: changed.map((one) => ('tag' in one ? `tag:${one.tag}` : `${one.policy.name}:${one.id}`)),
    };
    log.warn(what, 'no answer to COMMIT: its keys are invalidated as soon as the primary answers');
    // Not awaited by `idle`, which must not wait for a primary that may be gone for long.
    repair(changed, mark).then(
      (isDone) =>
        log[isDone ? 'info' : 'warn'](
          what,
          isDone ? 'keys of the unknown commit are invalidated' : 'gave up',
        ),
      (error: unknown) => log.error({ ...what, err: error }, 'keys of an unknown commit are not invalidated'),
    );
  }

  /** Resolves to false where it was given up. */
  async function repair(changed: readonly (ChangedKey | CacheTag)[], mark: Mark): Promise<boolean> {
    // By key alone: nobody knows whether what was written is what is there.
    const keys = changed.map((one) => ('tag' in one ? one : { policy: one.policy, id: one.id }));
    let running: bigint | undefined;
    for (let pauseMs = firstPauseMs; !closed; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const position = await ask();
      if (position !== undefined) {
        const isOver = running !== undefined && position.endedBefore >= running;
        if (running === undefined || isOver) {
          const invalidating = cache.invalidate(
            keys,
            parseLsn(position.lsn),
            isOver ? { mark: mark.token } : {},
          );
          background.run('invalidating an unknown commit', invalidating);
          await invalidating;
        }
        if (isOver) return true;
        running ??= position.next;
      }
      await pause(pauseMs);
    }
    return false;
  }

  async function ask(): Promise<Position | undefined> {
    try {
      const [position] = await database.watch<Position>(sql`
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "endedBefore",
          pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next, pg_current_wal_flush_lsn()::text AS lsn`);
      return position;
    } catch (error) {
      log.debug({ err: error }, 'the primary does not answer yet');
      return undefined;
    }
  }

  function pause(ms: number): Promise<void> {
    if (closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(ms, () => {
        pauses.delete(cancel);
        resolve();
      });
      pauses.set(cancel, resolve);
    });
  }

  return {
    add,
    close() {
      closed = true;
      for (const [cancel, resolve] of pauses) {
        cancel();
        resolve();
      }
      pauses.clear();
    },
  };
}
