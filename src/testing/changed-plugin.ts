import type { EdgeListener, EdgePlugin } from '../graphql/joined-plugins.ts';

/** A plugin that listens to each request in another way in the hooks that `change` gives, and as its own in all others. */
export function changedPlugin(
  own: EdgePlugin | undefined,
  change: (listener: EdgeListener) => EdgeListener,
): EdgePlugin {
  return {
    ...own,
    async requestDidStart(request) {
      const listener = await own?.requestDidStart?.(request);
      return listener == null ? undefined : { ...hooksOf(listener), ...change(listener) };
    },
  };
}

/** One by one: what an object inherits is not copied with it. */
const hooksOf = (listener: EdgeListener): EdgeListener => ({
  validationDidStart: (asked) => listener.validationDidStart?.(asked),
  didResolveOperation: (asked) => listener.didResolveOperation?.(asked),
  responseForOperation: (asked, encounter) => listener.responseForOperation?.(asked, encounter) ?? null,
  didEncounterErrors: (asked) => listener.didEncounterErrors?.(asked),
  willSendResponse: (asked) => listener.willSendResponse?.(asked),
});
