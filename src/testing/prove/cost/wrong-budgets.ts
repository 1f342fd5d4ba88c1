import type { EdgeListener, EdgePlugin } from '../../../graphql/joined-plugins.ts';
import type { Around } from '../../../overrides.ts';

/** As if the header told what an operation has taken in place of what it was estimated at. */
export const withActualInHeader: Around['graphql'] = (own) => (needs) =>
  own({
    ...needs,
    budgetPlugin: changed(needs.budgetPlugin, (listener) => ({
      ...listener,
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
    budgetPlugin: changed(needs.budgetPlugin, (listener) => ({
      ...listener,
      responseForOperation: () => Promise.resolve(null),
    })),
  });

function changed(own: EdgePlugin | undefined, change: (listener: EdgeListener) => EdgeListener): EdgePlugin {
  return {
    ...own,
    async requestDidStart(request) {
      const listener = await own?.requestDidStart?.(request);
      return listener == null ? undefined : change(listener);
    },
  };
}
