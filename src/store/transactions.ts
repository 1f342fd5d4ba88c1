import { createBackground } from '../cache/background.ts';
import type { Cache } from '../cache/cache.ts';
import type { Mark } from '../cache/marks.ts';
import type { ChangedKey } from '../cache/policy.ts';
import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { Committed, Database } from '../database/database.ts';
import { CommitUnknown } from '../database/failures.ts';
import type { Queryable } from '../database/sql.ts';
import type { Log } from '../log/log.ts';
import { createChanges, type Changed, type Changes } from './changes.ts';
import { encodeLogMessage } from './log-message.ts';
import { createUnknownCommits } from './unknown-commits.ts';

/** Writes to the database and what the cache has to learn of them. One for the process. */
export interface Transactions {
  /** One transaction on the primary, given up where `signal` is aborted before its COMMIT; resolves when the cache, or at least the retry queue, has all that it changed. */
  write<T>(work: (tx: Queryable, changed: Changed) => Promise<T>, signal?: AbortSignal): Promise<Written<T>>;
  /** Those of another cluster; closed with these. */
  on(cluster: Database): Transactions;
  /** Resolves when nothing runs in the background any more but what waits for the primary. */
  readonly idle: () => Promise<void>;
  /** Gives up what waits for the primary, and waits for `idle`. */
  close(): Promise<void>;
}

export interface Written<T> {
  readonly value: T;
  readonly lsn: Lsn;
  readonly changed: readonly ChangedKey[];
  /** False where Redis has not taken all invalidations yet: then only the primary is to be trusted. */
  readonly isInvalidated: boolean;
}

interface Needs {
  readonly cache: Cache;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

export function createTransactions({ cache, database, clock, log }: Needs): Transactions {
  const others = new Map<Database, Transactions>();
  const background = createBackground(log);
  const unknown = createUnknownCommits({ cache, database, clock, background, log });

  /**
   * 1. The work, which locks the rows.
   * 2. Strict entries are marked: from here on their readers go to the primary.
   * 3. COMMIT, with a message for who follows the log, in case that this process gets no further.
   * 4. The invalidations, which take the marks away.
   * 5. Where step 2 failed, the wait until no gateway reads what it should have marked.
   */
  async function write<T>(
    work: (tx: Queryable, changed: Changed) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<Written<T>> {
    const changes = createChanges(cache);
    let mark: Mark | undefined;
    const finish = async () => {
      mark = await cache.mark(changes.keys());
      return { message: messageOf(changes, mark), raiseStrict: !mark.complete };
    };
    const committed = await database
      .write((tx) => work(tx, changes.changed), finish, { signal })
      .catch((error: unknown) => {
        afterFailure(error, mark, changes);
        throw error;
      });
    return afterCommit(committed, mark, changes);
  }

  async function afterCommit<T>(
    { value, lsn, before }: Committed<T>,
    mark: Mark | undefined,
    changes: Changes,
  ): Promise<Written<T>> {
    const changed = changes.keys();
    const answerAfterMs = mark?.answerAfterMs ?? 0;
    const wait = answerAfterMs > 0 ? clock.sleep(answerAfterMs) : undefined;
    // Strict entries that could not be marked lie under an epoch that the commit has ended: nothing there is read again.
    const reachable = mark?.complete === false ? changed.filter(({ policy }) => !policy.strict) : changed;
    const isInvalidated = await cache.invalidate([...reachable, ...changes.tags()], lsn, {
      before,
      mark: mark?.token,
    });
    await wait;
    return { value, lsn, changed, isInvalidated };
  }

  function afterFailure(error: unknown, mark: Mark | undefined, changes: Changes): void {
    if (mark === undefined) return;
    if (isCommitUnknown(error)) unknown.add([...changes.keys(), ...changes.tags()], mark);
    else background.run('taking marks back', cache.unmark(mark, changes.keys()));
  }

  function on(cluster: Database): Transactions {
    if (cluster === database) return transactions;
    const known = others.get(cluster) ?? createTransactions({ cache, database: cluster, clock, log });
    others.set(cluster, known);
    return known;
  }

  const transactions: Transactions = {
    write,
    on,
    async idle() {
      await Promise.all([background.idle(), ...[...others.values()].map((other) => other.idle())]);
    },
    async close() {
      unknown.close();
      await Promise.all([background.idle(), ...[...others.values()].map((other) => other.close())]);
    },
  };
  return transactions;
}

const messageOf = (changes: Changes, { token }: Mark) =>
  encodeLogMessage({
    keys: changes.keys().map(({ policy, id, rowVersion }) => ({ policy: policy.name, id, rowVersion })),
    tags: changes.tags().map(({ tag }) => tag),
    mark: token,
  });

function isCommitUnknown(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CommitUnknown) return true;
  }
  return false;
}
