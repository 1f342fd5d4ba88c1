import type { Clock } from '../clock/clock.ts';
import type { Lsn } from '../clock/lsn.ts';
import type { DatabaseNode } from './node.ts';

interface Needs {
  readonly clock: Clock;
  /** The longest pause between two looks at a replica that is behind: what is sampled anyway is as good by then. */
  readonly sampleMs: number;
  /** A look at the node that begins after the call. Never rejects. */
  readonly look: (node: DatabaseNode) => Promise<void>;
}

interface Pause {
  readonly ms: number;
  readonly until: number;
}

/** A healthy replica replays a commit in less; a read loses no more than this by having hoped. */
export const catchUpMs = 5;

/**
 * A read behind its client's own write comes sooner than the next sample, and the replica has mostly replayed the write by
 * then: it is looked at once more before the primary is asked. One that is truly behind is left alone for longer each time.
 */
export function createCatchUp({ clock, sampleMs, look }: Needs) {
  const pauses = new WeakMap<DatabaseNode, Pause>();

  /** Resolves once one of the nodes has replayed `atLeast`, all have been seen to be behind, or `catchUpMs` have passed. */
  async function catchUp(behind: readonly DatabaseNode[], atLeast: Lsn): Promise<void> {
    const now = clock.monotonic();
    const hopeful = behind.filter((node) => now >= (pauses.get(node)?.until ?? 0));
    if (hopeful.length === 0) return;
    await new Promise<void>((resolve) => {
      const stopTimer = clock.after(catchUpMs, () => {
        for (const node of hopeful) pause(node);
        resolve();
      });
      const looks = hopeful.map(async (node) => {
        if (await hasReached(node, atLeast)) resolve();
      });
      void Promise.all(looks).then(() => {
        stopTimer();
        resolve();
      });
    });
  }

  async function hasReached(node: DatabaseNode, atLeast: Lsn): Promise<boolean> {
    await look(node);
    const isThere = node.position() >= atLeast;
    if (isThere) pauses.delete(node);
    else pause(node);
    return isThere;
  }

  /** Once for all who have waited for the same look. */
  function pause(node: DatabaseNode): void {
    const now = clock.monotonic();
    const last = pauses.get(node);
    if (last !== undefined && now < last.until) return;
    const ms = Math.min(sampleMs, last === undefined ? 1 : 2 * last.ms);
    pauses.set(node, { ms, until: now + ms });
  }

  return catchUp;
}
