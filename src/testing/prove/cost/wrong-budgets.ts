import type { Around } from '../../../overrides.ts';
import { changedPlugin } from '../../changed-plugin.ts';

/** As if the header told what an operation has taken in place of what it was estimated at. */
export const withActualInHeader: Around['graphql'] = (own) => (needs) =>
  own({
    ...needs,
    budgetPlugin: changedPlugin(needs.budgetPlugin, (listener) => ({
      async willSendResponse(answered) {
        await listener.willSendResponse?.(answered);
        const taken = answered.contextValue.budget.taken();
        answered.response.http.headers.set('ratelimit-cost', String(taken));
      },
    })),
  });

/** As if what came of a dry run were not kept, so that the operation is executed. */
export const withoutDryRuns: Around['graphql'] = (own) => (needs) =>
  own({
    ...needs,
    budgetPlugin: changedPlugin(needs.budgetPlugin, () => ({
      responseForOperation: () => Promise.resolve(null),
    })),
  });
