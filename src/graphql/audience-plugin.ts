import type { Audience, AudienceOf } from './audience.ts';
import type { EdgeListener, EdgePlugin } from './joined-plugins.ts';

/**
 * What caches between here and the client may do. Even what is for everyone is to be asked for anew each time, for nobody
 * out there learns of a write, and no cached read may be older than it; besides, it tells this client what is left to it.
 */
export const cacheControl: Readonly<Record<Audience, string>> = {
  everyone: 'no-cache',
  viewer: 'private, no-store',
};

/** Says in a header whose the answer is. An error is the viewer's: it names this very request. */
export function createAudiencePlugin(audienceOf: AudienceOf): EdgePlugin {
  const listener: EdgeListener = {
    willSendResponse({ operation, document, response: { http, body } }) {
      const isWhole = body.kind === 'single' && body.singleResult.errors === undefined;
      const audience =
        isWhole && operation !== undefined && document !== undefined
          ? audienceOf(operation, document)
          : 'viewer';
      http.headers.set('cache-control', cacheControl[audience]);
    },
  };
  return { requestDidStart: () => listener };
}
