import { specifiedRules, validate } from 'graphql';
import { createCosts } from '../../../cost/cost.ts';
import { createBudgetPlugin } from '../../../graphql/budget-plugin.ts';
import type { EdgePlugin } from '../../../graphql/joined-plugins.ts';
import { unlimited, excessOf } from '../../../graphql/limits/limits.ts';
import type { Around } from '../../../overrides.ts';

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
  const budgetPlugin: EdgePlugin = {
    async requestDidStart(request) {
      const listener = (await budget.requestDidStart?.(request)) ?? {};
      return {
        ...listener,
        async didResolveOperation(resolved) {
          excessOf(resolved.document, unlimited);
          validate(schema, resolved.document, specifiedRules);
          await listener.didResolveOperation?.(resolved);
        },
      };
    },
  };
  return own({ ...needs, budgetPlugin });
};
