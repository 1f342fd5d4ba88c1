import { reasonOf, untilAborted } from './aborted.ts';
import type { Read, ReadNeed } from './database.ts';
import { isNodeFailure, NodeUnfit, PoolFull, toPublicError } from './failures.ts';
import type { DatabaseNode } from './node.ts';
import type { Roles } from './roles.ts';
import type { Router } from './router.ts';
import type { Queryable } from './sql.ts';

interface Needs {
  readonly roles: Roles;
  readonly router: Router;
}

type Work<T> = (db: Queryable) => Promise<T>;

/** Reads on the node that the router chooses, and on the next one where that fails: a read may be repeated. */
export function createReader({ roles, router }: Needs) {
  const isPrimary = (node: DatabaseNode) => node === roles.primary();

  async function read<T>(need: ReadNeed, work: Work<T>): Promise<Read<T>> {
    const tried = new Set<DatabaseNode>();
    for (;;) {
      const chosen = await choose(need, tried);
      const replayed = isPrimary(chosen) ? undefined : chosen.position();
      try {
        return { value: await attempt(chosen, need, tried, work), replayed };
      } catch (error) {
        if (need.signal?.aborted === true) throw reasonOf(need.signal);
        tried.add(chosen);
        if (!mayGoOn(error, chosen, need, tried)) throw toPublicError(error);
      }
    }
  }

  /**
   * Where any replica would do and none is known to have come far enough, they are looked at once more. So is a primary that
   * is not up, or has come back as a standby: it may have a successor.
   */
  async function choose(need: ReadNeed, tried: ReadonlySet<DatabaseNode>): Promise<DatabaseNode> {
    const isOut = (node: DatabaseNode) => isPrimary(node) && !roles.isPrimaryUp();
    let chosen = router.choose(need, tried);
    if (isPrimary(chosen) && need.primary === undefined) {
      await untilAborted(router.catchUp(need.atLeast, tried), need.signal);
      chosen = router.choose(need, tried);
    }
    if (!isOut(chosen)) return chosen;
    await untilAborted(router.refresh(), need.signal);
    const now = router.choose(need, tried);
    if (isOut(now)) throw toPublicError(new NodeUnfit('no primary, and no replica that is fresh enough'));
    return now;
  }

  async function attempt<T>(
    node: DatabaseNode,
    need: ReadNeed,
    tried: ReadonlySet<DatabaseNode>,
    work: Work<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort(need.signal?.reason);
    const leaveSilent = () => {
      const withThis = new Set(tried).add(node);
      const next = router.choose(need, withThis);
      if (!withThis.has(next) && !next.isSuspect()) controller.abort(new NodeUnfit(`${node.name} is silent`));
    };
    need.signal?.throwIfAborted();
    need.signal?.addEventListener('abort', abort, { once: true });
    const stopListening = node.onSuspect(leaveSilent);
    // Reads that no replica can answer must leave room on the primary for writes.
    const share = isPrimary(node) ? 'part' : 'whole';
    try {
      const db: Queryable = { rows: (statement) => node.rows(statement, share, controller.signal) };
      return await untilAborted(work(db), controller.signal);
    } finally {
      need.signal?.removeEventListener('abort', abort);
      stopListening();
    }
  }

  function mayGoOn(
    error: unknown,
    failed: DatabaseNode,
    need: ReadNeed,
    tried: ReadonlySet<DatabaseNode>,
  ): boolean {
    const isFull = error instanceof PoolFull;
    if (!isFull && !(error instanceof NodeUnfit)) {
      if (!isNodeFailure(error)) return false;
      failed.eject(error);
    }
    const next = router.choose(need, tried);
    if (tried.has(next)) return false;
    // A full replica is no reason to load the primary, a full primary none to read what is older.
    return !isFull || !(error.hasWaited || isPrimary(failed) || isPrimary(next));
  }

  return read;
}
