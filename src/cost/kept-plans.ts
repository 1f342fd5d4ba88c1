import type { OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Plan } from './plan.ts';

/** Plans of operations: one for each way in which an operation can go, as its conditions decide. */
export interface KeptPlans {
  readonly get: (operation: OperationDefinitionNode, way: string) => Plan | undefined;
  readonly set: (operation: OperationDefinitionNode, way: string, plan: Plan) => void;
}

interface Ways {
  readonly number: number;
  readonly plans: Map<string, Plan>;
}

/** What is known of a plan by someone who does not keep it. */
interface Kept {
  readonly ways: WeakRef<Ways>;
  readonly way: string;
  readonly size: number;
}

/**
 * Keeps plans of `maxFields` fields in all, those asked for last, and none for longer than its operation is kept. A plan leads
 * to nodes of its document, and each of these to all tokens of the text: who holds a small plan holds a large document.
 */
export function createKeptPlans(maxFields: number): KeptPlans {
  const known = new WeakMap<OperationDefinitionNode, Ways>();
  const kept = new LRUCache<string, Kept>({
    maxSize: maxFields,
    sizeCalculation: ({ size }) => size,
    dispose: ({ ways, way }) => void ways.deref()?.plans.delete(way),
    // What takes the place of the same plan has taken it in the operation's own map as well.
    noDisposeOnSet: true,
  });
  let operations = 0;

  const nameOf = ({ number }: Ways, way: string) => `${number} ${way}`;

  return {
    get(operation, way) {
      const ways = known.get(operation);
      const plan = ways?.plans.get(way);
      if (ways === undefined || plan === undefined) return undefined;
      kept.get(nameOf(ways, way));
      return plan;
    },
    set(operation, way, plan) {
      const size = 1 + plan.fields.length;
      if (size > maxFields) return;
      let ways = known.get(operation);
      if (ways === undefined) known.set(operation, (ways = { number: (operations += 1), plans: new Map() }));
      ways.plans.set(way, plan);
      kept.set(nameOf(ways, way), { ways: new WeakRef(ways), way, size });
    },
  };
}
