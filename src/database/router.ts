import type { Clock } from '../clock/clock.ts';
import { lsnDistance, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ReadNeed } from './database.ts';
import type { DatabaseNode } from './node.ts';

interface Needs {
  readonly primary: DatabaseNode;
  readonly replicas: readonly DatabaseNode[];
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** A replica must have replayed what the primary had this long ago. */
  readonly maxLagMs: number;
}

/** Decides which node answers a read, from positions sampled in the background. */
export function createRouter({ primary, replicas, clock, metrics, maxLagMs }: Needs) {
  const history: { readonly at: number; readonly lsn: Lsn }[] = [];

  /** Each node for itself: one that hangs must not keep the others from being seen. Never rejects. */
  async function sample(): Promise<void> {
    await Promise.all([
      primary.sample().then(remember),
      ...replicas.map((replica) => replica.sample().then(() => measure(replica))),
    ]);
  }

  /** Keeps one position that is `maxLagMs` old and all newer ones. */
  function remember(): void {
    const now = clock.monotonic();
    history.push({ at: now, lsn: primary.position() });
    while (history[1] !== undefined && history[1].at <= now - maxLagMs) history.shift();
  }

  function measure(replica: DatabaseNode): void {
    const lag = Math.max(0, lsnDistance(replica.position(), primary.position()));
    metrics.postgresReplicaLag.set({ node: replica.name }, lag);
  }

  function choose(need: ReadNeed, tried: ReadonlySet<DatabaseNode>): DatabaseNode {
    const isPrimaryUsable = primary.isUp() && !tried.has(primary);
    if (need.primary === 'only' || (need.primary === 'preferred' && isPrimaryUsable)) return primary;
    // Where the primary was `maxLagMs` ago, or at the first sample where that is more recent.
    const horizon = history[0]?.lsn ?? zeroLsn;
    const fit = replicas.filter(
      (node) =>
        node.isUp() && !tried.has(node) && node.position() >= need.atLeast && node.position() >= horizon,
    );
    return (
      fit.reduce<DatabaseNode | undefined>(
        (best, node) => (best === undefined || node.inFlight() < best.inFlight() ? node : best),
        undefined,
      ) ?? primary
    );
  }

  return { choose, sample };
}
