import type { Clock } from '../clock/clock.ts';
import { lsnDistance, zeroLsn, type Lsn } from '../clock/lsn.ts';
import type { Random } from '../clock/random.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createCatchUp } from './catch-up.ts';
import type { ReadNeed } from './database.ts';
import { createLag, type Seen } from './lag.ts';
import type { DatabaseNode } from './node.ts';
import type { Roles } from './roles.ts';
import type { Sample } from './sampler.ts';

interface Needs {
  readonly nodes: readonly DatabaseNode[];
  readonly roles: Roles;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  /** A replica must have replayed what the primary had this long ago. */
  readonly maxLagMs: number;
  /** How often `sample` is called. */
  readonly sampleMs: number;
  /** How long a fresh look at all nodes may take. */
  readonly refreshMs: number;
  readonly onPrimarySample: (sample: Sample) => void;
}

export type Router = ReturnType<typeof createRouter>;

/** Decides which node answers a read, from positions sampled in the background. */
export function createRouter({ nodes, roles, clock, random, metrics, maxLagMs, ...needs }: Needs) {
  let history: Seen[] = [];
  const lags = new Map(nodes.map((node) => [node, createLag()]));
  const lookAnew = (node: DatabaseNode) => node.freshSample().then(() => look(node));
  const untilOneHas = createCatchUp({ clock, sampleMs: needs.sampleMs, look: lookAnew });

  /** Each node for itself: one that hangs must not keep the others from being seen. Never rejects. */
  async function sample(): Promise<void> {
    await Promise.all(nodes.map((node) => node.sample().then(() => look(node))));
  }

  /** Resolves when every node has been looked at anew, or when that takes too long: one may be frozen. */
  async function refresh(): Promise<void> {
    await new Promise<void>((resolve) => {
      const stopTimer = clock.after(needs.refreshMs, resolve);
      void Promise.all(nodes.map(lookAnew)).then(() => {
        stopTimer();
        resolve();
      });
    });
  }

  function look(node: DatabaseNode): void {
    // Positions of the old primary mean nothing on the new one's timeline.
    if (roles.update()) {
      history = [];
      for (const lag of lags.values()) lag.forget();
    }
    const seen = node.seen();
    if (node !== roles.primary()) measure(node);
    else if (seen?.isStandby === false) {
      remember(seen.position);
      if (node.isUp()) needs.onPrimarySample(seen);
    }
  }

  /** Keeps one position that is `maxLagMs` old and all newer ones. */
  function remember(lsn: Lsn): void {
    const now = clock.monotonic();
    history.push({ at: now, lsn });
    while (history[1] !== undefined && history[1].at <= now - maxLagMs) history.shift();
  }

  function measure(replica: DatabaseNode): void {
    const position = replica.position();
    const bytes = Math.max(0, lsnDistance(position, roles.primary().position()));
    metrics.postgresReplicaLag.set({ node: replica.name }, bytes);
    const ms = lags.get(replica)?.of(position, history, clock.monotonic()) ?? 0;
    metrics.postgresReplicaLagSeconds.set({ node: replica.name }, ms / 1_000);
  }

  /** Whether a read that prefers the primary gets it. */
  const isPrimaryCalm = () => roles.isPrimaryUp() && !roles.primary().isSuspect();

  /** The primary where no replica fits, though it may have been tried. */
  function choose(need: ReadNeed, tried: ReadonlySet<DatabaseNode>): DatabaseNode {
    const primary = roles.primary();
    const mayAskPrimary = isPrimaryCalm() && !tried.has(primary);
    if (need.primary === 'only' || (need.primary === 'preferred' && mayAskPrimary)) return primary;
    const fit = usable(tried).filter((node) => node.position() >= need.atLeast);
    const calm = cheaperOfTwo(fit.filter((node) => !node.isSuspect()));
    return calm ?? (mayAskPrimary ? primary : (cheaperOfTwo(fit) ?? primary));
  }

  /** Replicas that may be read, but for what the single read must see. */
  function usable(tried: ReadonlySet<DatabaseNode>): readonly DatabaseNode[] {
    // Where the primary was `maxLagMs` ago, or at the first sample where that is more recent.
    const horizon = history[0]?.lsn ?? zeroLsn;
    return nodes.filter(
      (node) => roles.of(node) === 'replica' && node.isUp() && !tried.has(node) && node.position() >= horizon,
    );
  }

  /** Looks once more at replicas none of which is known to have replayed `atLeast`, for a few milliseconds at most. */
  async function catchUp(atLeast: Lsn, tried: ReadonlySet<DatabaseNode>): Promise<void> {
    const calm = usable(tried).filter((node) => !node.isSuspect());
    if (calm.every((node) => node.position() < atLeast)) await untilOneHas(calm, atLeast);
  }

  /** Two at random, the cheaper one: the cheapest of all would be everybody's choice until the next sample. */
  function cheaperOfTwo(fit: readonly DatabaseNode[]): DatabaseNode | undefined {
    const first = Math.floor(random() * fit.length);
    const other = Math.floor(random() * (fit.length - 1));
    const [one, two] = [fit[first], fit[other < first ? other : other + 1]];
    return one === undefined || two === undefined || one.cost() <= two.cost() ? one : two;
  }

  return { choose, catchUp, sample, refresh, isPrimaryCalm };
}
