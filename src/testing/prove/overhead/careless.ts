import { specifiedRules, validate } from 'graphql';
import { createCosts } from '../../../cost/cost.ts';
import { createBudgetPlugin } from '../../../graphql/budget-plugin.ts';
import { unlimited, excessOf } from '../../../graphql/limits/limits.ts';
import type { Around } from '../../../overrides.ts';
import { changedPlugin } from '../../changed-plugin.ts';

/** The edge, but each request has its document measured, validated and planned as if nobody had ever sent it. */
export const careless: Around['graphql'] = (own) => (needs) => {
  const { schema, metrics } = needs;
  const costs = createCosts(schema);
  const budget = createBudgetPlugin({
    ...{ schema, metrics, maxCost: 0 },
    costs: {
      estimate: (operation, ...others) => costs.estimate({ ...operation }, ...others),
      actual: (operation, ...others) => costs.actual({ ...operation }, ...others),
    },
  });
  const budgetPlugin = changedPlugin(budget, (listener) => ({
    didResolveOperation(resolved) {
      excessOf(resolved.document, unlimited);
      validate(schema, resolved.document, specifiedRules);
      return listener.didResolveOperation?.(resolved);
    },
  }));
  return own({ ...needs, budgetPlugin });
};
