import type { Clock } from '../clock/clock.ts';
import { laterLsn, zeroLsn, type Lsn } from '../clock/lsn.ts';
import { unavailable } from '../errors/domain-error.ts';
import { reasonOf, untilAborted } from './aborted.ts';
import { commit } from './commit.ts';
import type { Committed, Finish, WriteOptions } from './database.ts';
import type { EpochRow } from './epochs.ts';
import { CommitUnknown, isNodeFailure, isStandbyRefusal, NodeUnfit, toPublicError } from './failures.ts';
import { toQuery, type DatabaseNode } from './node.ts';
import type { Roles } from './roles.ts';
import type { Router } from './router.ts';
import type { Session } from './session.ts';
import type { Queryable } from './sql.ts';

interface Needs {
  readonly roles: Roles;
  readonly router: Router;
  readonly clock: Clock;
  readonly withEpochs: boolean;
  readonly takeIn: (row: EpochRow, startedAt: number) => void;
}

interface Transaction {
  readonly node: DatabaseNode;
  readonly session: Session;
}

/** Transactions on the present primary. What was begun is never repeated: it may have been done. */
export function createWriter({ roles, router, clock, withEpochs, takeIn }: Needs) {
  let lastCommit = zeroLsn;

  async function write<T>(
    work: (tx: Queryable) => Promise<T>,
    finish: () => Promise<Finish> = () => Promise.resolve({}),
    { signal }: WriteOptions = {},
  ): Promise<Committed<T>> {
    const { node, session } = await begin(signal);
    try {
      const tx: Queryable = {
        rows: async <Row>(statement: Parameters<Queryable['rows']>[0]) =>
          (await session.query(toQuery(statement), signal)).rows as Row[],
      };
      const value = await untilAborted(work(tx), signal);
      const last = await untilAborted(finish(), signal);
      signal?.throwIfAborted();
      const startedAt = clock.monotonic();
      const { epochs, ...positions } = await commit(session, last, withEpochs);
      lastCommit = laterLsn(lastCommit, positions.lsn);
      if (epochs !== undefined) takeIn(epochs, startedAt);
      void session.end();
      return { value, ...positions };
    } catch (error) {
      const ended = session.end({ rollback: true, failure: error });
      // Otherwise its locks are free when the caller is told.
      if (signal?.aborted !== true) await ended;
      judge(node, error instanceof CommitUnknown ? error.cause : error);
      throw toPublicError(error);
    }
  }

  /** Nothing has been done until BEGIN has succeeded, so up to there it may be tried on the next primary. */
  async function begin(signal: AbortSignal | undefined): Promise<Transaction> {
    if (!roles.isPrimaryUp()) await untilAborted(router.refresh(), signal);
    const node = roles.primary();
    try {
      return await beginOn(node, signal);
    } catch (error) {
      if (signal?.aborted === true) throw reasonOf(signal);
      if (!judge(node, error)) throw toPublicError(error);
      await untilAborted(router.refresh(), signal);
      if (roles.primary() === node) throw toPublicError(error);
      return beginOn(roles.primary(), signal).catch((again: unknown) => {
        throw toPublicError(again);
      });
    }
  }

  /** Says READ WRITE, so that a standby refuses here and not at a statement of the work. */
  async function beginOn(node: DatabaseNode, signal: AbortSignal | undefined): Promise<Transaction> {
    if (!roles.isPrimaryUp()) throw unavailable('The database');
    const session = await node.open('whole', signal);
    try {
      await session.query('BEGIN READ WRITE', signal);
      return { node, session };
    } catch (error) {
      void session.end({ rollback: true, failure: error });
      throw isStandbyRefusal(error) ? new NodeUnfit(`${node.name} is a standby`, { cause: error }) : error;
    }
  }

  /** A node that has failed, or turned out to be a standby, is out until it has been looked at, which begins now. */
  function judge(node: DatabaseNode, error: unknown): boolean {
    if (!(error instanceof NodeUnfit || isNodeFailure(error))) return false;
    node.eject(error);
    void router.refresh();
    return true;
  }

  return { write, lastCommit: (): Lsn => lastCommit };
}
