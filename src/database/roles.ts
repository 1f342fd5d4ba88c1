import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { DatabaseNode } from './node.ts';

export type Role = 'primary' | 'replica' | 'refused';

/** Which of the nodes is the primary now: the one that says so, not the one that the configuration names first. */
export interface Roles {
  /** The present primary; while none claims to be, the last one. */
  primary(): DatabaseNode;
  /** Whether it can be asked as the primary: up, and not come back as a standby. */
  isPrimaryUp(): boolean;
  of(node: DatabaseNode): Role;
  /** Looks at the latest samples; true when the primary is another one than before. */
  update(): boolean;
}

interface Needs {
  /** The first is taken for the primary until one claims to be. */
  readonly nodes: readonly [DatabaseNode, ...DatabaseNode[]];
  readonly metrics: Metrics;
  readonly log: Log;
}

const everyRole: readonly Role[] = ['primary', 'replica', 'refused'];

export function createRoles({ nodes, metrics, log }: Needs): Roles {
  const shown = new Map<DatabaseNode, Role>();
  let primary = nodes[0];
  /**
   * The highest timeline that was ever seen. A promotion begins a new one, and an old primary that comes back afterwards
   * still claims the role on the old one: what it took would be lost. It is refused even while the new one is away.
   */
  let timeline = '';

  const claim = (node: DatabaseNode) =>
    node.seen()?.isStandby === false ? node.seen()?.timeline : undefined;

  function of(node: DatabaseNode): Role {
    if (node === primary) return 'primary';
    return node.isUp() && claim(node) !== undefined ? 'refused' : 'replica';
  }

  function show(): void {
    for (const node of nodes) {
      const role = of(node);
      if (shown.get(node) === role) continue;
      for (const each of everyRole)
        metrics.postgresNodeRole.set({ node: node.name, role: each }, Number(each === role));
      if (role === 'refused')
        log.error(
          { node: node.name, timeline: claim(node), primary: primary.name },
          'a second primary: refused',
        );
      shown.set(node, role);
    }
  }

  return {
    primary: () => primary,
    isPrimaryUp: () => primary.isUp() && primary.seen()?.isStandby !== true,
    of,
    update() {
      const claimants = nodes.filter((node) => node.isUp() && (claim(node) ?? '') >= timeline && claim(node));
      const highest = claimants.reduce((latest, node) => maxOf(latest, claim(node) ?? ''), timeline);
      const rightful = claimants.filter((node) => claim(node) === highest);
      const next = rightful.includes(primary) ? primary : (rightful[0] ?? primary);
      const hasChanged = next !== primary;
      if (hasChanged) log.warn({ from: primary.name, to: next.name, timeline: highest }, 'another primary');
      primary = next;
      timeline = highest;
      show();
      return hasChanged;
    },
  };
}

const maxOf = (one: string, other: string) => (one > other ? one : other);
